import { selectCode } from './code-selection.js';
import type { CodeSelectionInput, StepClosure } from './code-selection.js';

const projects: Readonly<Record<string, readonly string[]>> = {
  model: [
    'm/train.mjs',
    'm/evaluate.mjs',
    'm/score.mjs',
    'm/shared.mjs',
    'm/words.txt',
    'm/README.md',
    'm/params.yaml',
  ],
  lib: ['lib/index.mjs', 'lib/unused.mjs', 'lib/table.csv', 'lib/index.spec.mjs', 'lib/README.md'],
  other: ['other/a.mjs', 'other/b.txt'],
};

const closure = (files: readonly string[], more: Partial<StepClosure> = {}): StepClosure => ({
  entries: files.slice(0, 1),
  files,
  open: false,
  wholeProjects: [],
  ...more,
});

const train = closure(['m/train.mjs', 'm/shared.mjs', 'lib/index.mjs']);
const evaluate = closure(['m/evaluate.mjs', 'm/score.mjs', 'm/shared.mjs']);

const select = (own: StepClosure, siblings: readonly StepClosure[], more: Partial<CodeSelectionInput> = {}) =>
  selectCode({
    project: 'model',
    closure: own,
    siblings,
    filesOf: (project) => projects[project] ?? [],
    ownerOf: (path) => Object.keys(projects).find((name) => projects[name]?.includes(path)),
    byValue: new Set(['m/params.yaml']),
    ...more,
  });

describe('selectCode', () => {
  it('takes the own folder, imports elsewhere one by one, and what those projects hold besides sources', () => {
    expect(select(train, [evaluate])).toEqual([
      'lib/index.mjs',
      'lib/table.csv',
      'm/shared.mjs',
      'm/train.mjs',
      'm/words.txt',
    ]);
  });

  it('leaves out what only another step reaches, both ways', () => {
    expect(select(evaluate, [train])).toEqual([
      'm/evaluate.mjs',
      'm/score.mjs',
      'm/shared.mjs',
      'm/words.txt',
    ]);
  });

  it('takes the whole own folder when the step may read anything, or does not tell what it starts', () => {
    const whole = [
      'lib/index.mjs',
      'lib/table.csv',
      'm/evaluate.mjs',
      'm/score.mjs',
      'm/shared.mjs',
      'm/train.mjs',
      'm/words.txt',
    ];
    expect(select({ ...train, open: true }, [evaluate])).toEqual(whole);
    expect(select({ ...train, entries: [] }, [evaluate])).toEqual(whole);
  });

  it('takes whole projects where an import cannot be resolved', () => {
    expect(select({ ...train, wholeProjects: ['lib', 'other'] }, [evaluate])).toEqual(
      expect.arrayContaining(['lib/unused.mjs', 'other/a.mjs', 'other/b.txt']),
    );
  });

  it('takes a spec or a README that is really imported', () => {
    expect(select(closure(['m/train.mjs', 'lib/index.spec.mjs', 'm/README.md']), [])).toEqual(
      expect.arrayContaining(['lib/index.spec.mjs', 'm/README.md']),
    );
  });
});
