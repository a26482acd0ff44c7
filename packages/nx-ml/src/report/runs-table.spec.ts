import type { MetricSummary } from '@nx-ml/core/documents';
import { digestOf } from '@nx-ml/core/kernel';
import type { JsonObject } from '@nx-ml/core/kernel';
import type { EvaluatedRun, RunGroup } from '@nx-ml/core/usecases/records';

import { runsDiffText } from './runs-diff-text.js';
import { runsCsv, runsJson } from './runs-export.js';
import { runsTable, sortRuns } from './runs-table.js';

const now = Date.parse('2026-01-03T00:00:00.000Z');

const group = (
  id: string,
  params: JsonObject,
  metrics: Readonly<Record<string, MetricSummary>>,
  rest: Partial<RunGroup> = {},
): RunGroup => ({
  ref: { project: 'spam', step: 'train' },
  id,
  runs: [1, 2].map(
    (seed) =>
      ({
        seed,
        key: digestOf(`${id}${String(seed)}`),
        document: { params },
        record: { startedAt: '2026-01-01T00:00:00.000Z', durationMs: 1500, host: 'h', platform: 'linux-x64' },
        result: { metrics: {}, outputs: {} },
      }) as unknown as EvaluatedRun,
  ),
  at: '2026-01-01T00:00:00.000Z',
  revision: { commit: '8d02ab1'.padEnd(40, '0'), branch: 'main', dirty: true },
  durationMs: 3000,
  metrics,
  current: false,
  ...rest,
});

const seen = (mean: number, std: number | null = null): MetricSummary => ({ mean, std, n: 2 });
const first = group('aaaaaaaa', { alpha: 1, name: '=x' }, { accuracy: seen(0.98371, 0.00213) });
const second = group(
  'bbbbbbbb',
  { alpha: 0.5, name: '=x' },
  { accuracy: seen(0.99), loss: seen(0.1) },
  { current: true, revision: undefined },
);

describe('runsTable', () => {
  const table = (groups: readonly RunGroup[], limit = 20, allParams = false) =>
    runsTable(groups, { name: 'spam', limit, allParams, now });

  it('has a line a group, metrics with their spread, and the parameters that differ', () => {
    expect(table([second, first]))
      .toBe(`  run       when        commit         accuracy         loss  alpha  seeds  took
* bbbbbbbb  2 days ago                 0.99             0.1   0.5    1, 2   3.0 s
  aaaaaaaa  2 days ago  main@8d02ab1+  0.9837 ± 0.0021        1      1, 2   3.0 s
`);
    expect(table([second, first], 1, true)).toContain('and 1 older run: --limit');
    expect(table([])).toContain('spam has no runs');
  });

  it.each([
    ['accuracy', false, ['bbbbbbbb', 'aaaaaaaa']],
    ['accuracy', true, ['aaaaaaaa', 'bbbbbbbb']],
    ['alpha', false, ['aaaaaaaa', 'bbbbbbbb']],
    ['loss', true, ['bbbbbbbb', 'aaaaaaaa']],
    [undefined, false, ['aaaaaaaa', 'bbbbbbbb']],
    [undefined, true, ['bbbbbbbb', 'aaaaaaaa']],
  ])('sorts by %s, reversed: %s', (by, reverse, ids) => {
    expect(sortRuns([first, second], { by, reverse }).map(({ id }) => id)).toEqual(ids);
  });
});

describe('exports', () => {
  it('CSV has every metric and parameter, and no cell that a spreadsheet would run', () => {
    expect(runsCsv([first, second])).toBe(
      [
        'run,at,commit,branch,dirty,current,seeds,duration_ms,accuracy,accuracy std,loss,loss std,param alpha,param name',
        `aaaaaaaa,2026-01-01T00:00:00.000Z,${'8d02ab1'.padEnd(40, '0')},main,true,false,1 2,3000,0.98371,0.00213,,,1,'=x`,
        `bbbbbbbb,2026-01-01T00:00:00.000Z,,,,true,1 2,3000,0.99,,0.1,,0.5,'=x`,
        '',
      ].join('\r\n'),
    );
    expect(runsCsv([group('c', { text: 'a "b", c' }, {})])).toContain('"a ""b"", c"');
  });

  it('JSON has every seed', () => {
    expect(JSON.parse(JSON.stringify(runsJson([first])))).toMatchObject({
      formatVersion: 1,
      runs: [{ id: 'aaaaaaaa', params: { alpha: 1 }, seeds: [{ seed: 1, durationMs: 1500 }, { seed: 2 }] }],
    });
  });
});

describe('runsDiffText', () => {
  it('puts metrics side by side, and what differs below', () => {
    const changes = [{ what: 'param', name: 'alpha', before: 1, after: 0.5 }] as const;
    expect(runsDiffText({ before: first, after: second, changes }, now))
      .toBe(`          spam aaaaaaaa    spam bbbbbbbb
when      2 days ago       2 days ago
commit    main@8d02ab1+
seeds     1, 2             1, 2
took      3.0 s            3.0 s
accuracy  0.9837 ± 0.0021  0.99           +0.00629
loss                       0.1

param  alpha  1 → 0.5
`);
    expect(runsDiffText({ before: first, after: first, changes: [] }, now)).toContain('differs but seeds');
  });
});
