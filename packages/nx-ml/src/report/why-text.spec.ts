import { digestOf } from '@nx-ml/core/kernel';
import type { RunKey } from '@nx-ml/core/provenance';
import type { StepExplanation } from '@nx-ml/core/usecases/explain';

import type { RemoteAnswer } from './remote-text.js';
import { whyJson } from './why-json.js';
import { whyText } from './why-text.js';

const revision = { commit: '8d02ab1'.padEnd(40, '0'), branch: 'main', dirty: false };
const last = {
  runs: [{ seed: 1, key: digestOf('key') as RunKey, document: {} as never }],
  at: '2026-01-01T12:00:00.000Z',
  revision,
};
const now = Date.parse('2026-01-03T13:00:00.000Z');

const never: StepExplanation = {
  ref: { project: 'spam-filter', step: 'train' },
  state: 'run',
  isLost: false,
  size: 9,
  changes: [],
  seeds: { added: [], removed: [] },
  same: {
    code: ['a.mjs', 'b.mjs'],
    inputs: ['spam-mails'],
    params: ['vocabulary'],
    packages: { natural: '8.0.1 sha512-x' },
    interpreters: { node: '20.20.2' },
    variables: [],
  },
  waitsFor: [],
};
const step: StepExplanation = { ...never, last };

const remote: RemoteAnswer = { place: 's3://models', failure: undefined };
const text = (...steps: readonly Partial<StepExplanation>[]) =>
  whyText(
    steps.map((part) => ({ ...step, ...part })),
    { now, after: [{ project: 'spam-filter', step: 'evaluate' }], remote },
  );

describe('whyText', () => {
  it('tells the change first, then what is the same, then what comes after', () => {
    const origin = {
      state: 'committed',
      commit: '3c9e0f2'.padEnd(40, '0'),
      subject: 'Add the October mails',
    } as const;
    expect(
      text({
        changes: [
          {
            what: 'data',
            name: 'spam-mails',
            project: 'spam-mails',
            before: digestOf('a'),
            after: digestOf('b'),
            files: [
              { path: 'mails.jsonl', change: 'edited', rows: { added: 215, removed: 3 }, size: [10, 20] },
              { path: 'old.jsonl', change: 'removed', size: [10, 0] },
            ],
            origin,
          },
          { what: 'param', name: 'alpha', before: 1, after: 0.5, origin: { state: 'uncommitted' } },
          { what: 'package', name: 'natural', before: '8.0.1 sha512-x', after: '8.0.1 sha512-y' },
        ],
      }),
    ).toBe(
      `spam-filter:train would run again. 3 of the 9 things that its key is made of changed since run 2c70e12b (2 days ago, main@8d02ab1):

  data     spam-mails  ca978112 → 3e23e816          mails.jsonl +215 −3 rows, old.jsonl removed  3c9e0f2 "Add the October mails"
  param    alpha       1 → 0.5                      not committed
  package  natural     8.0.1, of another integrity
  same     spam-mails   vocabulary   2 code files   node 20.20.2   natural 8.0.1

  After it: spam-filter:evaluate.
`,
    );
  });

  it.each<[string, Partial<StepExplanation>, string]>([
    ['current', { state: 'current' }, 'is up to date: none of the 9 things'],
    ['restore', { state: 'restore' }, 'would be restored, not run: the very same was run before.'],
    [
      'lost',
      {},
      'would run again: nothing changed since run 2c70e12b (2 days ago, main@8d02ab1), but its result is no longer in the store, nor at s3://models.',
    ],
    [
      'seeds',
      { seeds: { added: [3, 4], removed: [] } },
      'would run for 2 new seeds alone: 3, 4. Nothing else changed',
    ],
    [
      'waiting',
      { state: 'waits', waitsFor: [{ project: 'mails', step: 'data' }] },
      'waits for mails:data. It runs again unless what that makes is the same as at run 2c70e12b',
    ],
  ])('says %s in its first line', (_, part, expected) => {
    expect(text(part).split('\n')[0]).toContain(`spam-filter:train ${expected}`);
  });

  it('says in its second line that what is up to date is not in the store', () => {
    expect(text({ state: 'current', isLost: true }).split('\n')[1]).toBe(
      'Its bytes are neither in the store nor at s3://models all the same: nx run spam-filter:train --skip-nx-cache brings them back.',
    );
  });

  it('says in its second line what comes from the remote', () => {
    for (const state of ['current', 'restore'] as const)
      expect(text({ state, remote: { files: 2, bytes: 1_200_000_000 } }).split('\n')[1]).toBe(
        'Of its result 2 files of 1.2 GB come from s3://models when something reads them.',
      );
  });

  it('a step that never ran', () => {
    const nothing = { code: [], inputs: [], params: [], packages: {}, interpreters: {}, variables: [] };
    expect(whyText([{ ...never, same: nothing }], { now, after: [], remote })).toBe(
      `spam-filter:train would run: it never ran in this workspace or in a clone of it.\n`,
    );
  });

  it('goes on with the causes', () => {
    const cause: Partial<StepExplanation> = {
      ref: { project: 'mails', step: 'data' },
      changes: [{ what: 'code', path: 'datasets/mails/prepare.mjs', change: 'edited' }],
    };
    expect(text({ state: 'waits', waitsFor: [{ project: 'mails', step: 'data' }] }, cause)).toContain(
      `
  because mails:data would run again, as this changed since run 2c70e12b (2 days ago, main@8d02ab1):
    code  datasets/mails/prepare.mjs  edited
`,
    );
  });
});

describe('whyJson', () => {
  it('is one document, without the key documents', () => {
    expect(JSON.parse(JSON.stringify(whyJson([step], [], remote)))).toMatchObject({
      formatVersion: 1,
      steps: [{ step: 'spam-filter:train', state: 'run', last: { revision, runs: [{ seed: 1 }] } }],
    });
    expect(JSON.stringify(whyJson([step], [], remote))).not.toContain('document');
  });
});
