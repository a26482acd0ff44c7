import { readdirSync, readFileSync, statSync } from 'node:fs';
import type { Dirent } from 'node:fs';
import { join } from 'node:path';

/** What git keeps outside of refs and reflogs is short. */
const longest = 1_000_000;

/**
 * Every full name of an object in what git sets aside beside refs and reflogs: FETCH_HEAD, ORIG_HEAD, MERGE_HEAD, the
 * stash of a rebase or merge that goes on, a worktree's own refs. Names of what is gone are among them.
 *
 * @param folder a git folder: the shared one, or that of a worktree.
 */
export function namesSetAside(folder: string): readonly string[] {
  const heads = list(folder).filter((item) => item.isFile() && /^[A-Z_]+$/.test(item.name));
  const texts = [
    ...heads.map(({ name }) => read(join(folder, name))),
    ...['rebase-merge', 'rebase-apply', 'sequencer', 'refs'].flatMap((name) => readAll(join(folder, name))),
  ];
  return texts.flatMap((text) => text.match(/\b[0-9a-f]{40}(?:[0-9a-f]{24})?\b/g) ?? []);
}

function readAll(folder: string): readonly string[] {
  return list(folder).flatMap((item) => {
    const path = join(folder, item.name);
    if (item.isDirectory()) return readAll(path);
    return item.isFile() ? [read(path)] : [];
  });
}

function read(path: string): string {
  try {
    return (statSync(path, { throwIfNoEntry: false })?.size ?? Infinity) > longest
      ? ''
      : readFileSync(path, 'utf8');
  } catch {
    return ''; // It was removed meanwhile: what it named is in a reflog by now.
  }
}

function list(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
