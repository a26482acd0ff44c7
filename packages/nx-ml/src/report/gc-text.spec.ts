import { digestOf } from '@nx-ml/core/kernel';
import type { GarbageOutcome, GarbagePlan, KeptBy } from '@nx-ml/core/usecases/store';

import { gcDeletedText, gcPlanText, gcSummaryText } from './gc-text.js';

const at = Date.UTC(2026, 10, 27);
const dayMs = 86_400_000;

describe('What gc says', () => {
  const object = (name: string, size: number) => ({ digest: digestOf(name), size, changedAt: 0 });
  const [kept, old, young] = [object('kept', 1000), object('old', 2000), object('young', 30)];
  const pointer: KeptBy = {
    by: 'pointer',
    path: 'data/mails.ref.json',
    place: { in: 'history', repository: '/ws/.git', commit: '8d02ab1f00d5'.padEnd(40, '0'), blob: '' },
  };
  const run: KeptBy = {
    by: 'run',
    because: undefined,
    run: {
      key: digestOf('key'),
      madeAt: at - 100 * dayMs,
      record: { project: 'alpha', step: 'train', seed: 2 },
      names: [],
    },
  };
  const request = { policy: { keepDays: 90, keepLast: 3 }, graceMs: 14 * dayMs };
  const planOf = (changes: Partial<GarbagePlan['sweep']> = {}): GarbagePlan => ({
    sweep: {
      due: [{ object: old, since: at - 20 * dayMs, isMarked: true, until: at - 6 * dayMs }],
      waiting: [{ object: young, since: at, isMarked: false, until: at + 14 * dayMs }],
      leftovers: [{ place: 'tmp', name: 'x', size: 5, changedAt: 0 }],
      marks: { at, marks: new Map() },
      ...changes,
    },
    objects: new Map([kept, old, young].map((one) => [one.digest, one])),
    kept: new Map([[kept.digest, pointer]]),
    madeBy: new Map([[old.digest, run]]),
    roots: { workspaces: [], repositories: 1, worktrees: 2 },
  });
  const none = { due: [], waiting: [], leftovers: [] };
  const outcome = (changes: Partial<GarbageOutcome> = {}): GarbageOutcome => ({
    plan: planOf(),
    deleted: [old],
    leftovers: [],
    spared: 0,
    ...changes,
  });

  it('of a plan: what goes and waits, since when, and what keeps the rest', () => {
    expect(gcPlanText(planOf(), { root: '/store', request })).toBe(
      `/store: 3 objects, 3.0 kB, needed by 0 workspaces, 1 git repository, 2 working trees.

goes: unneeded for 14 days                                1 object  2.0 kB
  alpha:train seed 2, of 2026-08-19                       1 object  2.0 kB  unneeded since 2026-11-07
waits: goes 14 days after it was first found unneeded     1 object  30 B
  no pointer, run or journal names it                     1 object  30 B    its wait begins at the first gc --delete
goes: quarantine and tmp                                  1 object  5 B
kept by                                                   1 object  1.0 kB
  pointers in git's history                               1 object  1.0 kB
    data/mails.ref.json since commit 8d02ab1f00d5 of /ws  1 object  1.0 kB

Runs are kept for 90 days, and the last 3 of each step, and the newest on each branch; data of other tools as long after its last use.
As of 2026-11-27T00:00:00.000Z.
`,
    );
  });

  it('in a line, of what would go', () => {
    expect(gcSummaryText(planOf())).toMatch(
      /^1 object, 2\.0 kB, and 1 file in quarantine and tmp, 5 B, would go\. 1 object, 30 B, would wait until 2026-12-11\. Nothing was deleted\.\n/,
    );
    expect(gcSummaryText(planOf(none))).toBe('Nothing to delete: 3 objects, 3.0 kB, all of it needed.\n');
  });

  it('in a line, of what went', () => {
    expect(gcDeletedText(outcome())).toBe(
      'Deleted 1 object, 2.0 kB. 1 object, 30 B, waits until 2026-12-11.\n',
    );
    expect(gcDeletedText(outcome({ deleted: [], spared: 1 }))).toBe(
      'No object was deleted. 1 object that was to go stayed: something came to need it. 1 object, 30 B, waits until 2026-12-11.\n',
    );
  });
});
