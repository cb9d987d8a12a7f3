import { accessSync, constants } from 'node:fs';
import path from 'node:path';

// Where Debian's packages put programs, also for a PATH that does not say so.
const USUAL_PLACES = ['/usr/bin', '/usr/local/bin', '/bin', '/usr/sbin', '/sbin'];

/** The first of these programs that is on the PATH or in a usual place. */
export function findProgram(...names: string[]): string | undefined {
  const places = [...(process.env.PATH ?? '').split(path.delimiter), ...USUAL_PLACES];
  return places.flatMap((place) => names.map((name) => path.join(place, name))).find(isProgram);
}

export function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
