import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { MlError } from '../../kernel/index.js';
import * as z from '../../kernel/zod.js';

import { codeOf } from './error-code.js';
import { isAlive, isHolder, thisProcess } from './holder.js';

const leaseSchema = z.object({
  formatVersion: z.literal(1),
  gpus: z.array(z.string()),
  memory: z.number().int().nonnegative(),
});

export interface LeaseRecord {
  readonly gpus: readonly string[];
  /** Bytes. */
  readonly memory: number;
}

/** `lease.<pid>.<started>.<nonce>`; `new.` in place of `lease.` while it is written. */
const namePattern = /^(lease|new)\.(\d+\.[\w-]+)\.[\w-]+$/;

/** Removes what dead processes left and gives the leases that live. To be called under the mutex. */
export function livingLeases(folder: string): LeaseRecord[] {
  const alive = new Map<string, boolean>();
  const records: LeaseRecord[] = [];
  for (const name of readdirSync(folder)) {
    const [, kind, holder = ''] = namePattern.exec(name) ?? [];
    if (!isHolder(holder)) continue;
    const lives = alive.get(holder) ?? isAlive(holder);
    alive.set(holder, lives);
    if (!lives) removeLease(join(folder, name));
    else if (kind === 'lease') records.push(...readLease(join(folder, name)));
  }
  return records;
}

/** To be called under the mutex. Gives the path of the new file. */
export function writeLease(folder: string, { gpus, memory }: LeaseRecord): string {
  const name = `${thisProcess()}.${randomUUID()}`;
  const draft = join(folder, `new.${name}`);
  const path = join(folder, `lease.${name}`);
  try {
    writeFileSync(draft, JSON.stringify({ formatVersion: 1, gpus, memory }), { flag: 'wx', mode: 0o600 });
    renameSync(draft, path);
  } catch (error) {
    removeLease(draft);
    throw error;
  }
  return path;
}

/** Needs no mutex: a lease given back a moment later is only late. */
export function removeLease(path: string): void {
  rmSync(path, { force: true });
}

/** Empty when its holder gave it back just now. */
function readLease(path: string): LeaseRecord[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
  return [parseLease(path, text)];
}

function parseLease(path: string, text: string): LeaseRecord {
  try {
    return leaseSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new MlError('ERR_ML_DOCUMENT_INVALID', {
      message: `${path} is no lease of a format that this version of nx-ml knows`,
      fix: 'Remove the file when no other version of nx-ml is running on this machine.',
      cause,
    });
  }
}
