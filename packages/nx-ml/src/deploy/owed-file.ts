import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { writeDerivedFile } from '@nx-ml/core/adapters/workspace-fs';
import { decodeDeployEntry } from '@nx-ml/core/deploy';
import { isJsonObject, MlError, messageOf } from '@nx-ml/core/kernel';
import type { OwedEntries, OwedEntry, Place } from '@nx-ml/core/usecases/deploy';

/** What the journal of a service could not be told yet, in a file of the workspace's state. */
export function owedFile(root: string, { service, environment }: Place): OwedEntries {
  const name = `${encodeURIComponent(service)}@${encodeURIComponent(environment)}.owed.json`;
  const file = join(root, '.nx-ml', 'deploy', name);
  return {
    read: () => Promise.resolve().then(() => readOwed(file)),
    write: (entries) =>
      Promise.resolve().then(() => {
        writeOwed(file, entries);
      }),
  };
}

/** One that cannot be read owes nothing: what is served tells the rest. */
function readOwed(file: string): readonly OwedEntry[] {
  try {
    const entries = JSON.parse(readFileSync(file, 'utf8')) as unknown;
    return Array.isArray(entries) ? entries.flatMap(owedIn) : [];
  } catch {
    return [];
  }
}

function owedIn(value: unknown): readonly OwedEntry[] {
  if (!isJsonObject(value) || typeof value['by'] !== 'string') return [];
  const { by, ...rest } = value;
  const entry = decodeDeployEntry({ formatVersion: 1, type: 'end', ...rest });
  return entry.type === 'end'
    ? [{ at: entry.at, outcome: entry.outcome, serving: entry.serving, reason: entry.reason, by }]
    : [];
}

/** @throws MlError ERR_ML_FILE_INACCESSIBLE */
function writeOwed(file: string, entries: readonly OwedEntry[]): void {
  try {
    if (entries.length === 0) rmSync(file, { force: true });
    else writeDerivedFile(file, Buffer.from(JSON.stringify(entries)));
  } catch (cause) {
    throw new MlError('ERR_ML_FILE_INACCESSIBLE', {
      message: `${file} cannot be written: ${messageOf(cause)}`,
      fix: 'Nothing is lost: the next deployment sees what is served.',
      cause,
    });
  }
}
