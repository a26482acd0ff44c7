import { isParsedSource, mayBeRead } from './file-kinds.js';

describe('mayBeRead', () => {
  it.each([
    'models/a/README.md',
    'models/a/docs/readme.rst',
    'models/a/LICENSE-MIT.txt',
    'LICENSE',
    'models/a/CHANGELOG.md',
    'models/a/train.spec.mjs',
    'models/a/train.test.ts',
    'models/a/test_train.py',
    'models/a/train_test.py',
    'models/a/conftest.py',
    'models/a/ml.yaml',
    'models/a/project.json',
    'models/a/jest.config.cjs',
    'models/a/eslint.config.mjs',
    'models/a/.prettierrc',
    'models/a/.gitignore',
    'models/a/ruff.toml',
  ])('%s: no', (path) => {
    expect(mayBeRead(path)).toBe(false);
  });

  // A file left out by mistake gives a stale model, so the near misses matter more than the hits.
  it.each([
    'models/a/train.mjs',
    'models/a/readme_features.py',
    'models/a/prompts/system.md',
    'models/a/docs/corpus.rst',
    'models/a/README.csv',
    'models/a/history.json',
    'models/a/jest-data.json',
    'models/a/prettier-rules.yaml',
    'models/a/LICENSES.csv',
    'models/a/spec.json',
    'models/a/test.py',
    'models/a/latest_model.py',
    'models/a/test/data.csv',
    'models/a/specs/model.json',
    'models/a/html.yaml',
    'models/a/my-project.json',
    'models/a/tsconfig.json',
    'models/a/words.txt',
    'models/a/package.json',
    'models/a/jest.csv',
    'models/a/pytest.csv',
    'models/a/eslinting.md.csv',
    'models/a/Makefile',
  ])('%s: yes', (path) => {
    expect(mayBeRead(path)).toBe(true);
  });

  it('knows the sources whose imports are read', () => {
    expect(['a.py', 'a.mjs', 'a.tsx', 'a.R', 'a.sh', 'a.json'].map(isParsedSource)).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});
