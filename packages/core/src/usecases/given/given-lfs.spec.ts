import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { digestOf, hexOf } from '../../kernel/index.js';
import { exited } from '../testing/fake-machine.js';
import { dataOf, datasetOf, failed, fileTree, plannedOf } from '../testing/data-of-others.js';
import { newWorkspace, removeWorkspaces } from '../testing/small-workspace.js';

afterEach(removeWorkspaces);

describe('a dataset of Git LFS', () => {
  const bytes = 'id,label\n'.repeat(50);
  const hex = hexOf(digestOf(bytes));
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${hex}\nsize ${String(bytes.length)}\n`;
  const object = { [`.git/lfs/objects/${hex.slice(0, 2)}/${hex.slice(2, 4)}/${hex}`]: bytes };

  it('is the same, pulled into the workspace or not', async () => {
    const pulled = newWorkspace();
    pulled.write({ ...datasetOf('files: [big.csv]'), 'datasets/raw/big.csv': bytes });
    const clone = newWorkspace();
    clone.write({ ...datasetOf('files: [big.csv]'), 'datasets/raw/big.csv': pointer, ...object });
    clone.engine.script = (document) => {
      expect(readFileSync(join(document.inputs['raw'] ?? '', 'big.csv'), 'utf8')).toBe(bytes);
      return exited(1);
    };
    expect(await dataOf(clone)).toBe(fileTree('big.csv', bytes));
    expect(await dataOf(pulled)).toBe(fileTree('big.csv', bytes));
    expect(clone.engine.take()).toEqual(['m:train:1']);
  });

  it('without its bytes is refused with the mend, and planned all the same', async () => {
    const machine = newWorkspace();
    machine.write({ ...datasetOf('files: [big.csv]'), 'datasets/raw/big.csv': pointer });
    expect((await plannedOf(machine)).map(({ state }) => state)).toEqual(['current', 'run']);
    const failure = dataOf(machine);
    await expect(failure).rejects.toEqual(failed('ERR_ML_DATA_MISSING', 'only a Git LFS pointer here'));
    await expect(failure).rejects.toMatchObject({ fix: 'git lfs pull --include="datasets/raw/big.csv"' });
  });

  it('whose object is damaged is refused', async () => {
    const machine = newWorkspace();
    const [path = ''] = Object.keys(object);
    machine.write({
      ...datasetOf('files: [big.csv]'),
      'datasets/raw/big.csv': pointer,
      [path]: bytes.replace('id', 'ID'),
    });
    await expect(dataOf(machine)).rejects.toEqual(
      failed('ERR_ML_FOREIGN_DAMAGED', 'what git-lfs has for it is damaged'),
    );
  });

  it('is never read as text by a command', async () => {
    const machine = newWorkspace();
    machine.write({
      ...datasetOf('prepare: { command: node prepare.mjs, code: [big.csv] }'),
      'datasets/raw/prepare.mjs': '// reads big.csv\n',
      'datasets/raw/big.csv': pointer,
      ...object,
    });
    await expect(dataOf(machine)).rejects.toEqual(
      failed('ERR_ML_DATA_MISSING', 'would read its text as data'),
    );
    expect(machine.engine.take()).toEqual([]);
  });
});
