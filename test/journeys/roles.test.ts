import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { type Role, roles } from '../../src/platform/http/staff.ts';
import { Colleague, colleague } from '../support/colleague.ts';
import { newsroom } from '../support/newsroom.ts';

/** Every route behind the door, and the least role that may use it. */
const table: Record<string, Role> = {
  'GET /': 'viewer',
  'GET /account': 'viewer',
  'POST /account/second-factor': 'viewer',
  'POST /account/second-factor/on': 'viewer',
  'POST /account/second-factor/off': 'viewer',
  'POST /account/passkeys/begin': 'viewer',
  'POST /account/passkeys': 'viewer',
  'POST /account/passkeys/:id/remove': 'viewer',
  'POST /account/sessions/:id/end': 'viewer',
  'POST /sign-out': 'viewer',
  'GET /editions': 'viewer',
  'GET /editions/:id': 'viewer',
  'GET /editions/:id/live': 'viewer',
  'GET /editions/:id/mail': 'viewer',
  'GET /previews': 'viewer',
  'GET /previews/mail': 'viewer',
  'POST /editions/:id/correct': 'editor',
  'POST /editions/:id/pause': 'editor',
  'POST /editions/:id/resume': 'editor',
  'POST /editions/:id/cancel': 'editor',
  'POST /editions/:id/overrule': 'editor',
  'GET /alerts/new': 'editor',
  'POST /alerts': 'editor',
  'GET /alerts/:id': 'editor',
  'POST /alerts/:id': 'editor',
  'GET /alerts/:id/live': 'editor',
  'GET /alerts/:id/preview': 'editor',
  'POST /alerts/:id/preview': 'editor',
  'POST /alerts/:id/test': 'editor',
  'POST /alerts/:id/want-approval': 'editor',
  'POST /alerts/:id/approve': 'editor',
  'POST /alerts/:id/release': 'editor',
  'POST /alerts/:id/undo': 'editor',
  'GET /digests/:newsletter': 'viewer',
  'GET /digests/:newsletter/:issue': 'viewer',
  'GET /digests/:newsletter/:issue/preview': 'viewer',
  'POST /digests/:newsletter/:issue/articles': 'editor',
  'POST /digests/:newsletter/:issue/address': 'editor',
  'POST /digests/:newsletter/:issue/words': 'editor',
  'POST /digests/:newsletter/:issue/checks': 'editor',
  'POST /digests/:newsletter/:issue/hold': 'editor',
  'POST /digests/:newsletter/:issue/let-go': 'editor',
  'POST /digests/:newsletter/:issue/send': 'editor',
  'GET /safety': 'viewer',
  'POST /safety': 'admin',
  'GET /newsletters': 'viewer',
  'GET /newsletters/new': 'admin',
  'POST /newsletters': 'admin',
  'GET /newsletters/:slug': 'viewer',
  'POST /newsletters/:slug': 'admin',
  'GET /newsletters/:slug/leaving': 'viewer',
  'GET /newsletters/:slug/seeds': 'admin',
  'POST /newsletters/:slug/seeds': 'admin',
  'GET /forms': 'viewer',
  'GET /forms/new': 'admin',
  'POST /forms': 'admin',
  'GET /forms/:id': 'viewer',
  'POST /forms/:id': 'admin',
  'GET /sign-ups': 'admin',
  'POST /sign-ups': 'admin',
  'GET /brand': 'viewer',
  'POST /brand': 'admin',
  'GET /keys': 'admin',
  'POST /keys': 'admin',
  'POST /keys/:id/revoke': 'admin',
  'GET /readers': 'viewer',
  'GET /readers/:id': 'viewer',
  'GET /readers/:id/consents.json': 'editor',
  'GET /readers/:id/consents.csv': 'editor',
  'POST /readers/:id/unsubscribe': 'editor',
  'POST /readers/:id/confirmation': 'editor',
  'POST /readers/:id/erase': 'admin',
  'GET /suppressions': 'viewer',
  'POST /suppressions': 'admin',
  'POST /suppressions/lift': 'admin',
  'GET /articles': 'viewer',
  'POST /articles': 'editor',
  'GET /articles/:id': 'viewer',
  'POST /articles/:id/withdraw': 'editor',
  'GET /sources': 'viewer',
  'POST /sources': 'admin',
  'GET /sources/:id': 'viewer',
  'POST /sources/:id': 'admin',
  'POST /sources/:id/poll': 'editor',
  'GET /topics': 'viewer',
  'POST /topics/:id': 'editor',
  'GET /topics/sources/:id': 'viewer',
  'POST /topics/sources/:id': 'editor',
  'POST /topics/sources/:id/rules': 'editor',
  'POST /topics/rules/:id/remove': 'editor',
  'GET /deliverability': 'viewer',
  'GET /staff': 'admin',
  'POST /staff': 'admin',
  'POST /staff/:id/invite': 'admin',
  'POST /staff/:id': 'admin',
  'GET /audit': 'admin',
  'GET /audit.csv': 'admin',
};

/** As the sources of the console's pages declare them. */
function declared(): string[] {
  const root = path.join(import.meta.dirname, '../..');
  // What a console page's routes stand in ends like this; the door itself and the sign-in pages do not.
  const pages = ['src/staff/{account,people,audit}-routes.ts', 'src/**/*-pages-routes.ts'];
  return globSync(pages, { cwd: root })
    .map((file) => readFileSync(path.join(root, file), 'utf8'))
    .flatMap((text) => [...text.matchAll(/router\.(get|post)\(\s*'([^']+)'/g)])
    .map(([, method = '', route = '']) => `${method.toUpperCase()} ${route}`);
}

test('every route of the console asks for its role, and nobody passes without one', async (t) => {
  assert.deepEqual(declared().toSorted(), Object.keys(table).toSorted());
  const town = await newsroom(t);
  await colleague(town, 'admin', 'first@post.example');
  const ask = (who: Colleague, route: string) => {
    const [method, place = ''] = route.split(' ');
    const at = `/console${place === '/' ? '' : place.replace(':id', '999')}`;
    return method === 'GET' ? who.get(at) : who.post(at);
  };
  const visitor = new Colleague('nobody@post.example', town);
  for (const route of Object.keys(table)) {
    const { status, headers } = await ask(visitor, route);
    assert.equal(status, route.startsWith('GET') ? 303 : 401, route);
    if (status === 303) assert.match(headers.get('Location') ?? '', /^\/console\/sign-in\?to=/, route);
  }
  for (const role of roles) {
    // Signing out comes last: it is the one thing here that works.
    const routes = Object.entries(table).toSorted(
      ([a], [b]) => Number(a === 'POST /sign-out') - Number(b === 'POST /sign-out'),
    );
    const kim = await colleague(town, role);
    for (const [route, least] of routes) {
      const { status } = await ask(kim, route);
      const allowed = roles.indexOf(role) >= roles.indexOf(least);
      assert.equal(status === 403, !allowed, `${role}: ${route} answered ${status}`);
      assert.ok(status < 500, `${role}: ${route} answered ${status}`);
    }
  }
});
