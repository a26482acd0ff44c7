import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Writes a file that can be derived again: whole or not at all as long as the machine runs, but not forced to the disk.
 * After a power cut it may be damaged; its readers take a damaged one for none.
 *
 * @param target absolute; parents are made. One that holds these bytes already is left as it is.
 */
export function writeDerivedFile(target: string, bytes: Uint8Array | string): void {
  const wanted = typeof bytes === 'string' ? Buffer.from(bytes) : bytes;
  if (current(target)?.equals(wanted) === true) return;
  const aside = `${target}.${String(process.pid)}.tmp`;
  mkdirSync(dirname(target), { recursive: true });
  try {
    writeFileSync(aside, wanted);
    renameSync(aside, target);
  } catch (error) {
    rmSync(aside, { force: true });
    throw error;
  }
}

function current(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
