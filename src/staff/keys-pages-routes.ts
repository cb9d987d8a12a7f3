import { type Response, Router } from 'express';
import type { Clock } from '../kernel/clock.ts';
import { NotFound } from '../kernel/errors.ts';
import { consolePage, orSay } from '../platform/http/console-page.ts';
import { field, fromForm, keptFrom } from '../platform/http/form-fields.ts';
import { idFrom, parseInput } from '../platform/http/input.ts';
import { scopes } from '../platform/http/scopes.ts';
import { type Audit, actorOf, requireRole } from '../platform/http/staff.ts';
import { addApiKey, keyInput } from './add-api-key.ts';
import { exampleCall } from './example-call.ts';
import type { StaffStore } from './store.ts';

type Needs = Parameters<typeof consolePage>[0] & { staff: StaffStore; audit: Audit; clock: Clock; baseUrl: string };

const fields = { name: field.text, scopes: field.several };
const areas = [...new Set(scopes.map((scope) => scope.split(':')[0]))];
const SHOWN = 200;

/** The keys programs come in with. */
export function keysPages(context: Needs): Router {
  const { staff, audit, clock, baseUrl } = context;
  const show = consolePage(context);
  const router = Router();
  router.use('/keys', requireRole('admin'));

  router.get('/keys', (_req, res) => draw(res, {}));

  router.post('/keys', async (req, res) => {
    const acts = async () => {
      const input = parseInput(keyInput, fromForm(fields, req.body));
      const { id, key } = await addApiKey(input, context);
      await audit.note({ ...actorOf(req, res), act: 'key.create', subject: `key ${id}`, after: input });
      // No redirect: nothing but this answer knows the key.
      await draw(res, { made: { name: input.name, key, example: exampleCall(input.scopes, key, baseUrl) } });
    };
    await orSay(res, acts, (said) => draw(res, { ...said, values: keptFrom(fields, req.body) }));
  });

  router.post('/keys/:id/revoke', async (req, res) => {
    const key = await staff.apiKeyById(idFrom(req.params.id, 'key'));
    if (!key) throw new NotFound('key');
    const now = clock.now();
    if (await staff.revokeApiKey(key.id, now)) {
      const { name, scopes } = key;
      await audit.note({
        ...{ ...actorOf(req, res), act: 'key.revoke', subject: `key ${key.id}` },
        ...{ before: { name, scopes, revoked: null }, after: { name, scopes, revoked: now.toISOString() } },
      });
    }
    res.redirect(303, '/console/keys');
  });

  async function draw(res: Response, said: object): Promise<void> {
    const keys = (await staff.apiKeys(SHOWN)).map(({ createdAt, revokedAt, ...key }) => ({
      ...{ ...key, madeAt: createdAt.toISOString(), revokedAt: revokedAt?.toISOString() },
    }));
    await show(res, 'keys', { title: 'API keys', at: 'keys', keys, areas, values: { scopes: [] }, ...said });
  }

  return router;
}
