import { writtenParams } from './written-params.js';

describe('the params files that a command writes', () => {
  it.each([
    ['python train.py --params params.py', []],
    ['nx-ml-dvc data data/raw.dvc', []],
    [
      'dir=$(nx-ml-dvc open --folder app --params app/params.py --out m) && (cd "$dir"; run --params x.py)',
      ['app/params.py'],
    ],
    ["dir=$(nx-ml-dvc open --params a.py --params 'b c.toml') && nx-ml-dvc close", ['a.py', 'b c.toml']],
    ['dir=$(nx-ml-dvc open) && (cd "$dir"; run)', []],
  ])('%s: %j', (command, files) => {
    expect(writtenParams(command)).toEqual(files);
  });
});
