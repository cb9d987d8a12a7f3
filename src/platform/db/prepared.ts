import type pg from 'pg';

/** A statement that is parsed and planned once for each connection. */
export const prepared =
  <Row extends pg.QueryResultRow>(pool: pg.Pool, name: string, text: string) =>
  async (values: unknown[]): Promise<Row[]> =>
    (await pool.query<Row>({ name, text, values })).rows;
