import { failureOf } from '../../kernel/testing/failure-of.js';
import { planOf, stageYaml } from './testing/plan-of.js';

describe('an import is refused, with the place', () => {
  it.each<[string, Record<string, unknown>, string, RegExp]>([
    [
      'an unknown key',
      { depz: [] },
      'ERR_ML_DVC_INVALID',
      /^dvc\.yaml:\d+:\d+ `depz` is no key of the stage s: did you mean `deps`\?/,
    ],
    ['a wrong setting', { outs: [{ o: { cach: true } }] }, 'ERR_ML_DVC_INVALID', /`cach`/],
    ['a template that names nothing', { cmd: 'run ${lr}' }, 'ERR_ML_DVC_INVALID', /\$\{lr\} names nothing/],
    ['a path out', { outs: ['../../out'] }, 'ERR_ML_PATH_UNSAFE', /leaves the workspace/],
    ['a folder out', { wdir: '../..' }, 'ERR_ML_PATH_UNSAFE', /leaves the workspace/],
    ['an absolute dependency', { deps: ['/etc/passwd'] }, 'ERR_ML_PATH_UNSAFE', /absolute/],
    ['a remote dependency', { deps: ['s3://bucket/x'] }, 'ERR_ML_PATH_UNSAFE', /outside the workspace/],
    ['a path that is a glob', { outs: ['*.txt'] }, 'ERR_ML_PATH_UNSAFE', /glob/],
    [
      'a dependency from nowhere',
      { deps: ['gone.csv'] },
      'ERR_ML_DVC_INVALID',
      /gone\.csv, which is neither/,
    ],
    [
      'a parameter that is not there',
      { params: ['x'] },
      'ERR_ML_DVC_INVALID',
      /params\.yaml, which is not there/,
    ],
    ['outputs that overlap', { outs: ['o', 'o/x'] }, 'ERR_ML_DVC_INVALID', /makes o, and/],
    ['a placeholder of nx-ml', { cmd: 'run {seed}' }, 'ERR_ML_DVC_INVALID', /\{seed\}/],
    ['vars that hold templates', { vars: [{ a: '${b}' }] }, 'ERR_ML_DVC_INVALID', /does not fill in there/],
    ['a stage in a circle with itself', { deps: ['o'], outs: ['o'] }, 'ERR_ML_GRAPH_CYCLE', /s → s/],
  ])('for %s', (_, keys, code, message) => {
    const failure = failureOf(() => planOf({ 'run.py': '', 'dvc.yaml': stageYaml('s', keys) }));
    expect({ code: failure.code, message: failure.message }).toMatchObject({
      code,
      message: expect.stringMatching(message) as unknown,
    });
    expect(failure.fix).not.toBe('');
  });

  it('for a dependency that git ignores and nobody tracks', () => {
    const files = { 'run.py': '', 'big.csv': '', 'dvc.yaml': stageYaml('s', { deps: ['big.csv'] }) };
    expect(failureOf(() => planOf(files, { ignored: ['big.csv'] })).fix).toContain('dvc add big.csv');
  });

  it('for stages in a circle, naming them', () => {
    const stages = {
      a: { cmd: 'x', deps: ['b.txt'], outs: ['a.txt'] },
      b: { cmd: 'x', deps: ['a.txt'], outs: ['b.txt'] },
    };
    const failure = failureOf(() => planOf({ 'dvc.yaml': JSON.stringify({ stages }) }));
    expect(failure).toMatchObject({
      code: 'ERR_ML_GRAPH_CYCLE',
      message: expect.stringContaining('a → b → a') as unknown,
    });
  });

  it('for a YAML bomb, and for a folder without DVC', () => {
    const lines = Array.from(
      { length: 9 },
      (_, i) =>
        `a${String(i + 1)}: &a${String(i + 1)} [${Array(9)
          .fill(`*a${String(i)}`)
          .join(', ')}]`,
    );
    const bomb = `vars:\n  - a0: &a0 [x]\n${lines.map((line) => `    ${line}\n`).join('')}`;
    expect(failureOf(() => planOf({ 'dvc.yaml': bomb })).message).toContain('aliases are expanded more than');
    expect(failureOf(() => planOf({ 'a.txt': '' })).message).toContain('holds no dvc.yaml');
  });
});
