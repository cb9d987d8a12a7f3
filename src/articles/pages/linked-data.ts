import { looseJson } from './loose-json.ts';
import type { Outline } from './outline.ts';

export type Json = Record<string, unknown>;

/** Everything that the JSON-LD of a page speaks of, and how to follow its references. */
export interface Graph {
  things: Json[];
  byId: Map<string, Json>;
}

// `@graph` in `@graph` in an array: deeper than that nobody means it.
const NESTING_LIMIT = 5;
const THINGS_LIMIT = 500;
const SCRIPTS_LIMIT = 50;
const WITHIN = ['@graph', 'mainEntity', 'mainEntityOfPage'];
const PREFIX = /^(?:schema:|https?:\/\/schema\.org\/)/;

export const isJson = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
export const listOf = (value: unknown): unknown[] =>
  Array.isArray(value) ? value.flat(2) : value === undefined || value === null ? [] : [value];

export function graphOf(outline: Outline): Graph {
  const scripts = outline.filter(({ name, attribs }) => name === 'script' && isLinked(attribs.type));
  const graph: Graph = { things: [], byId: new Map() };
  for (const script of scripts.slice(0, SCRIPTS_LIMIT)) {
    const text = script.children.filter((child) => typeof child === 'string').join('');
    for (const value of looseJson(text)) collect(value, graph, 0);
  }
  return graph;
}

const isLinked = (type = ''): boolean => /^\s*application\/ld\+json\b/i.test(type);

function collect(value: unknown, graph: Graph, depth: number): void {
  if (depth > NESTING_LIMIT || graph.things.length >= THINGS_LIMIT) return;
  if (Array.isArray(value)) for (const item of value) collect(item, graph, depth + 1);
  if (!isJson(value)) return;
  const id = value['@id'];
  // Whoever only points at a thing says nothing of it.
  if (typeof id === 'string' && Object.keys(value).length > 1 && !graph.byId.has(id)) graph.byId.set(id, value);
  graph.things.push(value);
  for (const name of WITHIN) collect(value[name], graph, depth + 1);
  for (const name of ['author', 'publisher', 'image']) for (const part of listOf(value[name])) keepId(part, graph);
}

function keepId(value: unknown, { byId }: Graph): void {
  const id = isJson(value) ? value['@id'] : undefined;
  if (isJson(value) && typeof id === 'string' && Object.keys(value).length > 1 && !byId.has(id)) byId.set(id, value);
}

/** A thing's property, followed where it is a reference. */
export function valuesOf(thing: Json, name: string, { byId }: Graph): unknown[] {
  const value =
    thing[name] ?? thing[`schema:${name}`] ?? thing[`https://schema.org/${name}`] ?? thing[`http://schema.org/${name}`];
  return listOf(value).flatMap((item) => {
    if (!isJson(item)) return [item];
    if ('@value' in item) return [item['@value']];
    if ('@list' in item) return listOf(item['@list']);
    const known = typeof item['@id'] === 'string' ? byId.get(item['@id']) : undefined;
    return [known ? { ...known, ...item } : item];
  });
}

/** The first text of a property. */
export const textIn = (thing: Json, name: string, graph: Graph): string =>
  valuesOf(thing, name, graph).find((value) => typeof value === 'string') ?? '';

/** The first text of a property, or number: some dates are. */
export const rawOf = (thing: Json, name: string, graph: Graph): string => {
  const found = valuesOf(thing, name, graph).find((value) => typeof value === 'string' || typeof value === 'number');
  return found === undefined ? '' : String(found);
};

export const typesOf = (thing: Json): string[] =>
  listOf(thing['@type'] ?? thing.type)
    .filter((type) => typeof type === 'string')
    .map((type) => type.replace(PREFIX, ''));
