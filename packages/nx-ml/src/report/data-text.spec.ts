import { digestOf, MlError } from '@nx-ml/core/kernel';
import type { ObjectRef } from '@nx-ml/core/store';
import type { DataChange, DataCommit, DataDiff, DataStatus } from '@nx-ml/core/usecases/data';

import { dataDiffText } from './data-diff-text.js';
import { dataLogText } from './data-log-text.js';
import { dataStatusText } from './data-status-text.js';
import { shownName } from './shown-name.js';

const file = (size: number): ObjectRef => ({ kind: 'file', digest: digestOf('x'), size, files: 1 });
const tree = (size: number, files: number): ObjectRef => ({
  kind: 'tree',
  digest: digestOf('x'),
  size,
  files,
});
const of = (path: string) => ({ pointer: `${path}.ref.json`, path, notStored: 0 });
const changes: readonly DataChange[] = [
  { path: 'labels.csv', change: 'edited', size: [1000, 1200], rows: { added: 3, removed: 0, changed: 1 } },
  { path: 'new.png', change: 'added', size: [0, 12_100] },
  { path: 'there.png', change: 'renamed', from: 'here.png', size: [5, 5] },
  { path: 'old.png', change: 'removed', size: [7, 0] },
];
const error = new MlError('ERR_ML_POINTER_INVALID', { message: 'bad.ref.json is none', fix: 'Restore it.' });

describe('dataStatusText', () => {
  it('answers in one line when nothing differs', () => {
    const status: readonly DataStatus[] = [
      { ...of('a'), state: 'unchanged', ref: file(500) },
      { ...of('b'), state: 'unchanged', ref: tree(1500, 3) },
    ];
    expect(dataStatusText(status)).toBe('All data is as its 2 pointers say: 2.0 kB in 4 files.\n');
    expect(dataStatusText(status.slice(0, 1))).toBe('All data is as its pointer says: 500 B in 1 file.\n');
    expect(dataStatusText([])).toContain('nx-ml data add');
  });

  it('names what differs and how to mend it', () => {
    expect(
      dataStatusText([
        { ...of('photos'), state: 'changed', ref: tree(20_000, 9), now: tree(32_000, 9), changes },
        {
          ...of('mails.jsonl'),
          state: 'changed',
          ref: file(1_000_000),
          now: file(1_200_000),
          changes: [
            {
              path: 'mails.jsonl',
              change: 'edited',
              size: [1, 2],
              rows: { added: 212, removed: 0, changed: 3 },
            },
          ],
        },
        { ...of('lost'), state: 'changed', ref: file(1), now: file(1), changes: undefined, notStored: 1 },
        { ...of('raw'), state: 'absent', ref: tree(1_200_000_000, 20_000) },
        { ...of('far away'), state: 'absent', ref: tree(5, 2), notStored: 2 },
        { ...of('part'), state: 'absent', ref: tree(5, 2), notStored: 1 },
        { ...of('some'), state: 'partial', ref: tree(5, 2), now: tree(3, 1), notStored: 1 },
        { ...of('same'), state: 'unchanged', ref: file(3), notStored: 1 },
        { ...of('bad'), state: 'broken', error },
      ]),
    ).toBe(`9 pointers: 3 changed, 1 partly here, 3 not here, 1 cannot be told, 1 as the pointer says.

Changed
  photos  1 file added, 1 removed, 1 changed, 1 renamed  20.0 kB → 32.0 kB
    changed  labels.csv            1.0 kB → 1.2 kB  +3 −0 rows, 1 changed
    added    new.png               12.1 kB
    renamed  here.png → there.png  5 B
    removed  old.png               7 B
  mails.jsonl  +212 −0 rows, 3 changed  1.0 MB → 1.2 MB
  lost  1 B  what it was is not in the store: nx-ml data pull lost

Partly here
  some  3 B in 1 file of 5 B in 2 files  the others are not in the store either

Not here
  raw       1.2 GB in 20,000 files  in the store
  far away  5 B in 2 files          not in the store either
  part      5 B in 2 files          1 file not in the store either

Here, and not in the store
  same  3 B

Cannot be told
  bad  ERR_ML_POINTER_INVALID: bad.ref.json is none
    Restore it.

Accept what changed:             nx-ml data add photos mails.jsonl lost
Go back:                         nx-ml data checkout photos mails.jsonl
Bring what the store has:        nx-ml data checkout raw
Bring the rest from the remote:  nx-ml data pull some 'far away' part
Put into the store:              nx-ml data add same
`);
  });

  it('does not fill the screen', () => {
    const many = Array.from({ length: 1204 }, (_, index): DataChange => ({
      path: String(index),
      change: 'added',
      size: [0, 1],
    }));
    const text = dataStatusText([
      { ...of('d'), state: 'changed', ref: tree(0, 0), now: tree(1204, 1204), changes: many },
    ]);
    expect(text).toContain('1,204 files added');
    expect(text).toContain('    and 1,184 more\n');
  });
});

describe('dataDiffText', () => {
  it('tells each data that differs', () => {
    const diffs: readonly DataDiff[] = [
      { pointer: '', path: 'd', before: tree(10, 1), after: tree(12_110, 2), changes: changes.slice(1, 2) },
      { pointer: '', path: 'lost', before: tree(10, 1), after: tree(12, 2), changes: undefined },
      { pointer: '', path: 'new', before: undefined, after: file(3), changes: undefined },
      { pointer: '', path: 'gone', before: tree(3, 2), after: undefined, changes: undefined },
      { pointer: '', path: 'bad', error },
    ];
    expect(dataDiffText(diffs, 'a and b')).toBe(`d  1 file added  10 B → 12.1 kB
    added  new.png  12.1 kB
lost  10 B → 12 B  which files changed is not in the store: nx-ml data pull lost
new  new  3 B
gone  removed  3 B in 2 files
bad  ERR_ML_POINTER_INVALID: bad.ref.json is none
    Restore it.
`);
    expect(dataDiffText([], 'HEAD and the workspace')).toBe(
      'No data differs between HEAD and the workspace.\n',
    );
  });
});

describe('dataLogText', () => {
  it('tells commits as git log does, each with what it did', () => {
    const edit = (path: string, before?: ObjectRef, after?: ObjectRef) => ({
      pointer: '',
      path,
      before,
      after,
    });
    const commits: readonly DataCommit[] = [
      {
        commit: '9e09f8ca08681d63334f5517b6a47f181af9f438',
        at: '2026-01-02T12:13:14+01:00',
        author: 'A. Spec',
        subject: 'More \u001b[31mphotos',
        edits: [
          {
            ...edit('photos', tree(10, 1), tree(12_110, 2)),
            files: { added: 1, removed: 0, edited: 0, renamed: 0 },
          },
          { ...edit('mails.csv', file(1), file(2)), files: undefined },
          { ...edit('far', tree(1, 1), tree(2, 1)), files: undefined },
          { ...edit('old', tree(1, 1)), files: undefined },
        ],
      },
      { commit: '1'.repeat(40), at: '2026-01-01T00:00:00Z', author: 'B', subject: 'First', edits: [] },
    ];
    expect(dataLogText(commits)).toBe(`2026-01-02 12:13  9e09f8c  "More \\u001b[31mphotos"  (A. Spec)
  photos     10 B → 12.1 kB, 1 → 2 files  1 file added
  mails.csv  1 B → 2 B
  far        1 B → 2 B                    which files is not in the store
  old        removed, 1 B in 1 file

2026-01-01 00:00  1111111  First  (B)
`);
    expect(dataLogText([])).toBe('No commit changed a pointer here.\n');
  });
});

describe('shownName', () => {
  it('quotes what a terminal would obey', () => {
    expect(['plain é.csv', 'a\nb', '\u001b[2J', '\u009b2J'].map(shownName)).toEqual([
      'plain é.csv',
      '"a\\nb"',
      '"\\u001b[2J"',
      '"?2J"',
    ]);
  });
});
