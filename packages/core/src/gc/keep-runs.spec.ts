import type { HistoryEntry } from '../documents/index.js';
import { digestOf } from '../kernel/index.js';
import type { Digest } from '../kernel/index.js';
import { keptRuns } from './keep-runs.js';
import type { RunFacts } from './keep-runs.js';

const dayMs = 86_400_000;
const now = Date.UTC(2026, 5, 1);

describe('keptRuns', () => {
  const entry = (
    key: string,
    daysAgo: number,
    branch?: string,
    step: HistoryEntry['step'] = 'train',
  ): HistoryEntry => ({
    formatVersion: 1,
    step,
    at: new Date(now - daysAgo * dayMs).toISOString(),
    ...(branch === undefined ? {} : { revision: { commit: '0'.repeat(40), branch, dirty: false } }),
    runs: [{ seed: 1, key: digestOf(key) }],
  });
  const kept = (
    keys: readonly string[],
    facts: Partial<RunFacts>,
    keepLast = 0,
  ): Readonly<Record<string, string>> => {
    const runs = keys.map((key) => ({ key: digestOf(key), madeAt: now - 500 * dayMs }));
    const found = keptRuns(
      { runs, histories: [], standing: new Set(), branches: new Set(), now, ...facts },
      { keepDays: 90, keepLast },
    );
    const nameOf = (digest: Digest): string => keys.find((key) => digestOf(key) === digest) ?? '';
    return Object.fromEntries([...found].map(([key, { because }]) => [nameOf(key), because]));
  };

  it('keeps what a workspace stands at, however old', () => {
    expect(kept(['old', 'stands'], { standing: new Set([digestOf('stands')]) })).toEqual({
      stands: 'stands',
    });
  });

  it('keeps the newest of each step on each branch that still is', () => {
    const entries = [
      entry('main 1', 400, 'main'),
      entry('gone', 390, 'gone'),
      entry('side', 380, 'side'),
      entry('main 2', 370, 'main'),
      entry('main data', 365, 'main', 'data'),
    ];
    const keys = ['main 1', 'gone', 'side', 'main 2', 'main data'];
    const facts = { histories: [{ name: 'history/a/b', entries }], branches: new Set(['main', 'side']) };
    expect(kept(keys, facts)).toEqual({ side: 'branch', 'main 2': 'branch', 'main data': 'branch' });
  });

  it('keeps the last of each step of each project', () => {
    const entries = [1, 2, 3, 4].map((number) => entry(String(number), 400 - number));
    const histories = [
      { name: 'history/a/b', entries },
      { name: 'history/a/c', entries: [entry('other', 400)] },
    ];
    expect(kept(['1', '2', '3', '4', 'other'], { histories }, 2)).toEqual({
      3: 'newest',
      4: 'newest',
      other: 'newest',
    });
  });

  it('keeps what was made or come to lately, and what nobody can tell the age of', () => {
    const facts = {
      histories: [{ name: 'history/a/b', entries: [entry('restored', 89), entry('long ago', 91)] }],
      runs: [
        { key: digestOf('restored'), madeAt: now - 500 * dayMs },
        { key: digestOf('long ago'), madeAt: now - 500 * dayMs },
        { key: digestOf('made'), madeAt: now - 89 * dayMs },
        { key: digestOf('unknown'), madeAt: undefined },
      ],
    };
    expect(kept(['restored', 'long ago', 'made', 'unknown'], facts)).toEqual({
      restored: 'young',
      made: 'young',
      unknown: 'unknown-age',
    });
  });
});
