import { checkPython } from './python.js';
import type { PythonFacts } from './python.js';
import { complaints, healthy, textOf } from './testing/healthy-facts.js';

const [well] = healthy.pythons;
const check = (changes: Partial<PythonFacts>) => checkPython({ ...well, ...changes } as PythonFacts);
const missing = (module: string, isOptional = false) => ({
  module,
  importedBy: ['spam', 'mass'],
  isOptional,
});
const other = (lacks: readonly string[], version = '3.11.2') => ({
  path: '/usr/bin/python3',
  version,
  lacks,
});

describe('checkPython', () => {
  it('tells version and path, and nothing more where all is well', () => {
    expect(complaints(check({}))).toEqual([]);
    expect(textOf(check({}), 'python')).toContain('3.12.1, /opt/bin/python3');
    expect(complaints(check({ others: [other([], '3.12.1')] }))).toEqual([]);
  });

  it('an interpreter that does not start: who needs it', () => {
    const findings = check({ interpreter: { failure: 'python9 cannot be started' }, users: ['a', 'b'] });
    expect(complaints(findings)).toEqual(['problem python']);
    expect(textOf(findings, 'python')).toMatch(/python9 cannot be started; a and b need it\n.*NX_ML_PYTHON/);
  });

  it('packages that are missing: which, for which model, and the Python that has them', () => {
    const absent = { missing: [missing('sklearn'), missing('onnx')] };
    const alone = check({ ...absent, others: [other(['onnx'])] });
    expect(complaints(alone)).toEqual(['problem python-packages']);
    expect(textOf(alone, 'python-packages')).toMatch(
      /sklearn \(spam and mass\), onnx .*\n.*python3 -m pip install/,
    );
    const better = check({
      ...absent,
      others: [other(['onnx']), { ...other([]), path: '/venv/bin/python' }],
    });
    expect(textOf(better, 'python-packages')).toMatch(
      /has them all\nexport NX_ML_PYTHON=\/venv\/bin\/python$/,
    );
  });

  it('an optional package is a note', () => {
    expect(complaints(check({ missing: [missing('cupy', true)] }))).toEqual([
      'note python-optional-packages',
    ]);
  });

  it('another Python on the PATH: which one trains, and why', () => {
    const findings = check({ others: [other([])], chosenBy: 'NX_ML_PYTHON' });
    expect(complaints(findings)).toEqual(['note python-path']);
    expect(textOf(findings, 'python-path')).toMatch(
      /3\.12\.1, because NX_ML_PYTHON says so; \/usr\/bin\/python3 is 3\.11\.2/,
    );
  });

  it('a script that starts itself with another Python', () => {
    const shebangs = [{ project: 'spam', file: 'models/spam/train.py', interpreter: '/usr/bin/python3' }];
    const findings = check({ shebangs });
    expect(complaints(findings)).toEqual(['warning python-shebang']);
    expect(textOf(findings, 'python-shebang')).toContain('python train.py');
  });
});
