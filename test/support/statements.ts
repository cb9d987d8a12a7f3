import type pg from 'pg';

interface Statement {
  text: string;
  values: unknown[];
}

interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  'Rows Removed by Index Recheck'?: number;
  Plans?: PlanNode[];
}

export interface Cost {
  /** Rows taken from tables and indexes, those thrown away again included. */
  rows: number;
  ms: number;
  /** The step that took most of them. */
  worst: string;
}

/** Listens to every statement that goes through a pool. Returns what was heard since the last time. */
export function overhear(pool: pg.Pool): () => Statement[] {
  let heard: Statement[] = [];
  pool.on('acquire', (client) => {
    const listened = client as pg.PoolClient & { overheard?: boolean };
    if (listened.overheard) return;
    listened.overheard = true;
    const query = client.query.bind(client) as (...args: unknown[]) => unknown;
    listened.query = ((first: unknown, values: unknown, ...rest: unknown[]) => {
      const text = typeof first === 'string' ? first : (first as { text?: string } | undefined)?.text;
      if (text && Array.isArray(values ?? [])) heard.push({ text, values: (values as unknown[]) ?? [] });
      return query(first, values, ...rest);
    }) as typeof client.query;
  });
  return () => {
    const all = heard;
    heard = [];
    return all;
  };
}

const READS = /^\s*(select|with)\b/i;

/** What a statement reads, by running it once more under EXPLAIN (ANALYZE); null for one that does not only read. */
export async function costOf(client: pg.ClientBase, { text, values }: Statement): Promise<Cost | null> {
  if (!READS.test(text) || /\b(insert|update|delete)\b/i.test(text)) return null;
  const { rows } = await client.query(`explain (analyze, format json, timing off) ${text}`, values);
  const [{ Plan, 'Execution Time': ms }] = rows[0]['QUERY PLAN'];
  const steps = scans(Plan as PlanNode);
  const worst = steps.toSorted((a, b) => b.rows - a.rows)[0];
  return {
    rows: steps.reduce((sum, step) => sum + step.rows, 0),
    ms,
    worst: worst ? `${worst.name}: ${worst.rows}` : '',
  };
}

function scans(node: PlanNode): { name: string; rows: number }[] {
  const below = (node.Plans ?? []).flatMap(scans);
  const where = node['Relation Name'] ?? node['Index Name'];
  if (!where) return below;
  const thrown = (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0);
  return [
    { name: `${node['Node Type']} on ${where}`, rows: (node['Actual Rows'] + thrown) * node['Actual Loops'] },
    ...below,
  ];
}
