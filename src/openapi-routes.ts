import { Router } from 'express';
import { z } from 'zod';
import { articleInput } from './articles/article.ts';
import { correctionInput } from './articles/correct-article.ts';
import { MOST_ARTICLES } from './articles/save-articles.ts';
import { sourceInput } from './articles/sources/source.ts';
import { alertInput } from './editions/start-alert.ts';
import { digestInput } from './editions/start-digest.ts';
import { formChange, newForm } from './newsletters/form.ts';
import { newNewsletter, newsletterChange } from './newsletters/newsletter.ts';

interface Operation {
  method: 'get' | 'post' | 'patch' | 'delete';
  path: string;
  scope: string;
  summary: string;
  body?: z.ZodType | 'csv';
  query?: string[];
  answers: Record<number, string>;
}

const list = ['cursor', 'limit'];

const several = z.array(articleInput).min(1).max(MOST_ARTICLES);
const articlesBody = z.union([articleInput, several, z.object({ articles: several })]);

/** Every route of the API; a test compares it with the routes the app really has. */
export const operations: Operation[] = [
  op(
    'post',
    '/articles',
    'articles:write',
    'Create or update an article by external_id or url, or up to 1,000 in one request',
    {
      201: 'created',
      200: 'updated or unchanged; of several: {items: [{id, url, outcome}]} in the order they came',
      207: 'several, some of which were refused: {items}, where those have outcome refused and errors; the others are saved',
    },
    articlesBody,
  ),
  op('get', '/articles', 'articles:read', 'List articles', { 200: 'a page of articles' }, undefined, list),
  op('get', '/articles/{id}', 'articles:read', 'Read an article', { 200: 'the article' }),
  op(
    'patch',
    '/articles/{id}',
    'articles:write',
    'Correct an article, hold it back until publish_after, or bring it back with withdrawn: false',
    { 200: 'the article, with outcome: revised, changed or unchanged' },
    correctionInput,
  ),
  op('delete', '/articles/{id}', 'articles:write', 'Withdraw an article', {
    204: 'withdrawn, also when it was before',
  }),
  op(
    'post',
    '/sources',
    'sources:write',
    'Add a source to poll: a feed, a WordPress site, or a page that leads to one',
    { 201: 'added', 200: 'known: polled again now' },
    sourceInput,
  ),
  op(
    'get',
    '/sources',
    'sources:read',
    'List sources with their health',
    { 200: 'a page of sources' },
    undefined,
    list,
  ),
  op('get', '/newsletters', 'newsletters:read', 'List newsletters', { 200: 'a page of newsletters' }, undefined, list),
  op('post', '/newsletters', 'newsletters:write', 'Create a newsletter', { 201: 'created' }, newNewsletter),
  op('get', '/newsletters/{slug}', 'newsletters:read', 'Read a newsletter', { 200: 'the newsletter' }),
  op('patch', '/newsletters/{slug}', 'newsletters:write', 'Change a newsletter', { 200: 'changed' }, newsletterChange),
  op('get', '/forms', 'forms:read', 'List forms', { 200: 'a page of forms' }, undefined, list),
  op('post', '/forms', 'forms:write', 'Create a form', { 201: 'created' }, newForm),
  op('get', '/forms/{id}', 'forms:read', 'Read a form', { 200: 'the form' }),
  op('patch', '/forms/{id}', 'forms:write', 'Change a form', { 200: 'changed' }, formChange),
  op(
    'post',
    '/subscribers/import',
    'subscribers:write',
    'Import readers with consent from CSV',
    { 200: 'a report' },
    'csv',
    ['newsletter', 'consent'],
  ),
  op('get', '/subscribers/{id}', 'subscribers:read', 'Read a reader', { 200: 'the reader' }),
  op(
    'get',
    '/subscribers/{id}/consents',
    'subscribers:read',
    'What a reader agreed to and took back, oldest first',
    { 200: 'a page of consents' },
    undefined,
    list,
  ),
  op('delete', '/subscribers/{id}', 'subscribers:write', 'Erase a reader', { 204: 'erased' }),
  op('post', '/alerts', 'alerts:write', 'Start an alert’s countdown', { 202: 'counting down: {id}' }, alertInput),
  op('post', '/alerts/{id}/cancel', 'alerts:write', 'Stop what has not been claimed', { 200: 'the edition' }),
  op('post', '/editions', 'editions:write', 'Send a digest now', { 202: 'assembling: {id}' }, digestInput),
  op('get', '/editions/{id}', 'editions:read', 'Status and counts, which always add up', { 200: 'the edition' }),
  op('post', '/editions/{id}/cancel', 'editions:write', 'Stop what has not been claimed', { 200: 'the edition' }),
  op('post', '/editions/{id}/pause', 'editions:write', 'Hold what has not been claimed', { 200: 'the edition' }),
  op('post', '/editions/{id}/resume', 'editions:write', 'Go on with a paused edition', { 200: 'the edition' }),
  op(
    'get',
    '/editions/{id}/deliveries',
    'editions:read',
    'The ledger of an edition',
    { 200: 'a page of deliveries' },
    undefined,
    list,
  ),
];

function op(
  ...[method, path, scope, summary, answers, body, query]: [
    Operation['method'],
    string,
    string,
    string,
    Record<number, string>,
    (z.ZodType | 'csv')?,
    string[]?,
  ]
): Operation {
  return { method, path, scope, summary, answers, ...(body && { body }), ...(query && { query }) };
}

/** `/api/v1/openapi.json`: OpenAPI 3.1, open to anyone, made from the schemas the routes validate with. */
export function openApi(): Router {
  const router = Router();
  const document = describe();
  router.get('/openapi.json', (_req, res) => {
    res.json(document);
  });
  return router;
}

function describe() {
  const paths: Record<string, Record<string, object>> = {};
  for (const operation of operations) {
    paths[operation.path] = { ...paths[operation.path], [operation.method]: describeOperation(operation) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Daybreak',
      version: '1',
      description: 'Errors are RFC 9457 problem details. Lists are paged by cursor.',
    },
    servers: [{ url: '/api/v1' }],
    security: [{ key: [] }],
    components: { securitySchemes: { key: { type: 'http', scheme: 'bearer' } } },
    paths,
  };
}

function describeOperation({ method, path, scope, summary, body, query = [], answers }: Operation): object {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => parameter(name ?? '', 'path'));
  const idempotent = method === 'post' ? [parameter('Idempotency-Key', 'header')] : [];
  const problem = { description: 'what is wrong and what to do', content: { 'application/problem+json': {} } };
  return {
    summary,
    description: `Needs the scope \`${scope}\`.`,
    parameters: [...inPath, ...query.map((name) => parameter(name, 'query')), ...idempotent],
    ...(body && { requestBody: { required: true, content: contentOf(body) } }),
    responses: {
      ...Object.fromEntries(Object.entries(answers).map(([status, description]) => [status, { description }])),
      default: problem,
    },
  };
}

const parameter = (name: string, where: 'path' | 'query' | 'header') => ({
  name,
  in: where,
  required: where === 'path',
  schema: { type: 'string' },
});

const contentOf = (body: z.ZodType | 'csv') =>
  body === 'csv'
    ? { 'text/csv': { schema: { type: 'string' } } }
    : { 'application/json': { schema: z.toJSONSchema(body, { io: 'input', unrepresentable: 'any' }) } };
