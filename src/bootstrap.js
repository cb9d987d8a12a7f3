/**
 * Runs on any Node ≥ 20, before anything is installed: installs what the lock file names when it is missing or older,
 * then runs the given program under the project's own Node 24.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const installed = path.join(root, 'node_modules', '.package-lock.json');
const lock = path.join(root, 'package-lock.json');
const [program, ...args] = process.argv.slice(2);

if (!existsSync(installed) || statSync(installed).mtimeMs < statSync(lock).mtimeMs) install();
run();

function install() {
  process.stderr.write('daybreak: installing dependencies (npm ci) …\n');
  // stdout is the program's own: `api-key add` prints a key there and nothing else.
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (status === 0) return;
  process.stderr.write('daybreak: npm ci failed; its messages above say why.\n');
  process.exit(status ?? 1);
}

function run() {
  const node = path.join(root, 'node_modules', 'node', 'bin', 'node');
  const child = spawn(existsSync(node) ? node : process.execPath, [path.join(root, program), ...args], {
    stdio: 'inherit',
  });
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
}
