import { statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';

/** The modification time of each file, in ms; a file that is not there has none. */
function times(root: string, paths: readonly string[]): ReadonlyMap<string, number> {
  return new Map(
    paths.flatMap((path) => {
      const time = statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs;
      return time === undefined ? [] : [[join(root, path), time]];
    }),
  );
}

const second = (milliseconds: number): number => Math.floor(milliseconds / 1000);

/**
 * Changes files so that Nx sees it. Without its daemon Nx knows a file by the second of its mtime, and sees no second
 * edit within one. People are not that fast; tests are. So a file that changed within the second of its last edit, or
 * that came into being before it, is dated one second after.
 */
export function editVisibly<T>(root: string, paths: readonly string[], change: () => T): T {
  const before = times(root, paths);
  const result = change();
  for (const [path, time] of before) {
    const now = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
    if (now === undefined || now === time || second(now) > second(time)) continue;
    utimesSync(path, second(time) + 1, second(time) + 1);
  }
  return result;
}
