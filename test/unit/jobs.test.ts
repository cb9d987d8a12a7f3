import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import * as declared from '../../src/platform/queue/jobs.ts';
import { queues } from '../../src/platform/queue/queues.ts';

const isJob = (value: unknown): value is declared.Job =>
  typeof value === 'object' && value !== null && 'payload' in value;
const jobs = (Object.values(declared) as unknown[]).filter(isJob);

test('job payloads carry ids and numbers, never an address or HTML', () => {
  assert.ok(jobs.length > 5);
  for (const job of jobs) {
    const { properties = {} } = z.toJSONSchema(job.payload);
    for (const [field, schema] of Object.entries(properties)) {
      assert.equal((schema as { type: string }).type, 'integer', `${job.name}.${field}`);
    }
  }
});

test('every job says where it runs and why it retries as it does', () => {
  assert.equal(new Set(jobs.map(({ name }) => name)).size, jobs.length);
  for (const { name, queue, why, attempts } of jobs) {
    assert.ok(queue in queues, name);
    assert.ok(attempts >= 1 && why.length > 20, name);
  }
});

test('an alert goes before a digest', () => {
  assert.ok(declared.priorities.alert < declared.priorities.digest);
});
