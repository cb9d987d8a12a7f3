import { readdirSync, readFileSync } from 'node:fs';

// USER_HZ, which Linux keeps at 100 for programs whatever the kernel's own tick is.
const TICKS_PER_SECOND = 100;

interface Stat {
  pid: number;
  parent: number;
  /** Its own, and that of children that have ended. */
  ticks: number;
}

/** CPU seconds of a process, its living descendants, and those that have ended. */
export function cpuSeconds(root: number): number {
  return tree(root).reduce((sum, { ticks }) => sum + ticks, 0) / TICKS_PER_SECOND;
}

/** The most memory that a process and its living descendants have held, in megabytes (10^6 bytes). */
export function peakMegabytes(root: number): number {
  return tree(root).reduce((sum, { pid }) => sum + fieldOf(`/proc/${pid}/status`, 'VmHWM') * 1024, 0) / 1e6;
}

/** Bytes that a process has read so far; for a sink that is what came over its connections. */
export const bytesRead = (pid: number): number => fieldOf(`/proc/${pid}/io`, 'rchar');

export const parentOf = (pid: number): number => statOf(pid)?.parent ?? 0;

function tree(root: number): Stat[] {
  const all = readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0)
    .flatMap((pid) => statOf(pid) ?? []);
  const found = new Set([root]);
  // A child may have a lower number than its parent once numbers have wrapped, so this goes on until nothing is new.
  for (let before = 0; before !== found.size; ) {
    before = found.size;
    for (const { pid, parent } of all) if (found.has(parent)) found.add(pid);
  }
  return all.filter(({ pid }) => found.has(pid));
}

function statOf(pid: number): Stat | undefined {
  const text = contentOf(`/proc/${pid}/stat`);
  if (!text) return undefined;
  // The command stands in brackets and may hold blanks: proc_pid_stat(5) counts on from behind it.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const number = (field: number) => Number(fields[field - 3]);
  return { pid, parent: number(4), ticks: number(14) + number(15) + number(16) + number(17) };
}

function fieldOf(file: string, name: string): number {
  const line = contentOf(file)
    .split('\n')
    .find((one) => one.startsWith(`${name}:`));
  return Number.parseInt(line?.slice(name.length + 1) ?? '0', 10);
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
