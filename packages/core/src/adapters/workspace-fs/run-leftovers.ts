import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Where it cannot be told who left something: longer than anybody waits for a step that writes nothing. */
const weekMs = 7 * 24 * 60 * 60 * 1000;

export interface SweepRunsOptions {
  /** Did the process with this mark end? undefined where that cannot be told from here. */
  readonly hasEnded: (mark: string) => boolean | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * Removes the private folders of runs whose process was killed before it could. Those of living processes stay; of those
 * whose process cannot be told (another machine or container on the same files), only what is a week old goes.
 *
 * @param folder absolute; need not be there.
 */
export function sweepRuns(folder: string, { hasEnded, now }: SweepRunsOptions): void {
  for (const name of namesIn(folder)) {
    const path = join(folder, name);
    if (hasEnded(name.slice(name.lastIndexOf('@') + 1)) ?? now - newest(path) > weekMs)
      rmSync(path, { recursive: true, force: true });
  }
}

/** When something in the folder last changed; now when it is just being removed. */
function newest(path: string): number {
  return Math.max(...[path, ...namesIn(path).map((name) => join(path, name))].map(changedAt));
}

function changedAt(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Infinity;
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
