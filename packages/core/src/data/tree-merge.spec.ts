import fc from 'fast-check';

import { checkPathSet, digestOf } from '../kernel/index.js';
import type { TreeEntry } from '../store/index.js';
import { mergeTrees } from './tree-merge.js';

const tree = (files: Readonly<Record<string, string>>): readonly TreeEntry[] =>
  Object.entries(files)
    .map(([path, text]) => ({ path, digest: digestOf(text), size: text.length }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));

describe('mergeTrees', () => {
  const base = tree({ a: '1', b: '1', c: '1' });

  it('takes what either side added, changed and removed', () => {
    const ours = tree({ a: '2', b: '1', c: '1', new: 'x' });
    const theirs = tree({ a: '1', b: '1', 'other/new': 'y' });
    expect(mergeTrees(base, ours, theirs)).toEqual({
      entries: tree({ a: '2', b: '1', new: 'x', 'other/new': 'y' }),
      conflicts: [],
    });
  });

  it('takes what both did alike', () => {
    const both = tree({ a: '2', c: '1', d: 'new' });
    expect(mergeTrees(base, both, both)).toEqual({ entries: both, conflicts: [] });
  });

  it('names every path at which the two do not go together', () => {
    const ours = tree({ a: '2', c: '3', d: 'x', Same: '', f: 'a file', ok: '' });
    const theirs = tree({ a: '3', b: '2', d: 'y', same: '', 'f/g': '' });
    expect(mergeTrees(base, ours, theirs)).toEqual({
      entries: tree({ ok: '' }),
      conflicts: [
        { path: 'a', kind: 'both-changed' },
        { path: 'b', kind: 'changed-and-removed', removedBy: 'ours' },
        { path: 'c', kind: 'changed-and-removed', removedBy: 'theirs' },
        { path: 'd', kind: 'both-added' },
        { path: 'f/g', kind: 'clash', with: 'f' },
        { path: 'same', kind: 'clash', with: 'Same' },
      ],
    });
  });

  describe('for all trees', () => {
    const path = fc.constantFrom('a', 'A', 'b', 'b/c', 'B/c', 'd/e', 'f');
    const files = fc.dictionary(path, fc.constantFrom('1', '2', '3')).filter((found) => isTree(tree(found)));
    const trees = files.map(tree);

    it('changes nothing where one side changed nothing', () => {
      fc.assert(
        fc.property(trees, trees, (was, now) => {
          expect(mergeTrees(was, now, was)).toEqual({ entries: now, conflicts: [] });
          expect(mergeTrees(was, was, now)).toEqual({ entries: now, conflicts: [] });
          expect(mergeTrees(was, now, now)).toEqual({ entries: now, conflicts: [] });
        }),
      );
    });

    it('takes no side', () => {
      const swapped = { ours: 'theirs', theirs: 'ours' } as const;
      fc.assert(
        fc.property(trees, trees, trees, (was, ours, theirs) => {
          const one = mergeTrees(was, ours, theirs);
          const other = mergeTrees(was, theirs, ours);
          expect(other.entries).toEqual(one.entries);
          expect(other.conflicts).toEqual(
            one.conflicts.map((conflict) =>
              'removedBy' in conflict ? { ...conflict, removedBy: swapped[conflict.removedBy] } : conflict,
            ),
          );
        }),
      );
    });

    it('loses no file: what either side brought is in the result or in a conflict, and the result is a tree', () => {
      fc.assert(
        fc.property(trees, trees, trees, (was, ours, theirs) => {
          const { entries, conflicts } = mergeTrees(was, ours, theirs);
          expect(isTree(entries)).toBe(true);
          const told = new Set(
            conflicts.flatMap((found) => [found.path, ...('with' in found ? [found.with] : [])]),
          );
          const has = (list: readonly TreeEntry[], { path: at, digest }: TreeEntry) =>
            list.some((entry) => entry.path === at && entry.digest === digest);
          for (const entry of [...ours, ...theirs])
            if (!has(was, entry)) expect(has(entries, entry) || told.has(entry.path)).toBe(true);
          for (const entry of was)
            if (has(ours, entry) && has(theirs, entry))
              expect(has(entries, entry) || told.has(entry.path)).toBe(true);
        }),
      );
    });
  });
});

function isTree(entries: readonly TreeEntry[]): boolean {
  try {
    checkPathSet(entries.map(({ path }) => path));
    return true;
  } catch {
    return false;
  }
}
