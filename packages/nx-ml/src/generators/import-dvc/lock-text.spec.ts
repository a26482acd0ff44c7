import type { LockDifference } from '@nx-ml/core/interop/dvc-import';

import { lockText, missingText } from './lock-text.js';

const stage = (
  name: string,
  differences: readonly LockDifference[] = [],
  state: 'same' | 'absent' | 'other' = 'same',
) => ({
  name,
  differences,
  outs: [{ path: `${name}.out`, state }],
});
const parameter = (name: string, recorded: unknown, now: unknown) =>
  ({ kind: 'parameter', file: 'params.yaml', name, recorded, now }) as LockDifference;
const textOf = (...stages: readonly ReturnType<typeof stage>[]) =>
  lockText({ stages, missing: [], unreadable: [] });

describe('dvc.lock, told at an import', () => {
  it('names the stages that are as DVC left them in one line', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    expect(textOf(...names.map((name) => stage(name)))).toBe(
      '\nCompared with dvc.lock:\n\n  8 of 8 stages are as DVC left them, outputs in the workspace: a, b, c, d, e, f, and 2 more\n',
    );
  });

  it.each<[readonly LockDifference[], string]>([
    [
      [parameter('alpha', 0.5, 1)],
      'dvc.lock was written for alpha 0.5, params.yaml says 1: DVC would run it too',
    ],
    [
      [parameter('alpha', undefined, 'x')],
      'dvc.lock was written for no alpha, params.yaml says "x": DVC would run it too',
    ],
    [
      [parameter('alpha', [1], undefined)],
      'dvc.lock was written for alpha [1], params.yaml has none: DVC would run it too',
    ],
    [
      [
        { kind: 'always' },
        { kind: 'dependency', path: 'a.py', isNew: false },
        { kind: 'dependency', path: 'b.py', isNew: true },
        { kind: 'new-output', path: 'o' },
        { kind: 'command' },
      ],
      'dvc.lock was written for another a.py; for no dependency b.py; for no output o; and 1 more: DVC would run it too',
    ],
    [[{ kind: 'command' }], 'dvc.lock was written for another command: DVC would run it too'],
    [[{ kind: 'always' }], 'always_changed: DVC would run it too'],
  ])('tells why DVC would run a stage too: %j', (differences, text) => {
    expect(textOf(stage('train', differences))).toContain(`  train  ${text}\n`);
  });

  it('names the stages that DVC never ran in one line', () => {
    expect(textOf(stage('a', [{ kind: 'never-ran' }]), stage('b', [], 'other'))).toContain(
      '  1 of 2 stages are not in dvc.lock: DVC never ran them: a\n  b  b.out: ',
    );
  });

  it('lists some, and counts the rest', () => {
    const many = Array.from({ length: 25 }, (_, index) => stage(`s${String(index)}`, [{ kind: 'command' }]));
    expect(textOf(...many)).toMatch(/ {2}s19 .*\n {2}and 5 more stages\n$/);
  });

  it('keeps long values short', () => {
    const text = textOf(stage('train', [parameter('a', 'x'.repeat(500), 1)]));
    expect(text).toContain(`a "${'x'.repeat(36)}..., params.yaml`);
  });

  it('tells outputs that are absent or another, aligned below the reasons', () => {
    expect(textOf(stage('train', [{ kind: 'command' }], 'absent'), stage('evaluate', [], 'other'))).toContain(
      [
        '  train     dvc.lock was written for another command: DVC would run it too',
        '            train.out: not in the workspace, in the DVC cache or remote at most; the first run makes it',
        '  evaluate  evaluate.out: in the workspace, and not as dvc.lock recorded it; the first run makes it anew',
        '',
      ].join('\n'),
    );
  });

  it('tells what could not be compared, and is silent where there is nothing to say', () => {
    expect(lockText({ stages: [], missing: [], unreadable: ['dvc.lock:1:1 holds no map'] })).toContain(
      '  not compared: dvc.lock:1:1 holds no map\n',
    );
    expect(textOf()).toBe('');
    expect(missingText([])).toBe('');
  });

  it('tells what to pull first', () => {
    expect(missingText([{ path: 'data/raw.csv', address: 'data/raw.csv.dvc' }])).toContain(
      '  data/raw.csv  dvc pull data/raw.csv.dvc\n',
    );
  });
});
