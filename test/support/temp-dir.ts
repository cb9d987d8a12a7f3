import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { cleanUp } from './clean-up.ts';

/** A folder that goes with the test. Others may enter it: as root, PostgreSQL runs as another user. */
export async function tempDir(t: TestContext, mode = 0o755): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'daybreak-test-'));
  await chmod(folder, mode);
  cleanUp(t, () => rm(folder, { recursive: true, force: true }));
  return folder;
}
