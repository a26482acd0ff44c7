import { renameSync } from 'node:fs';
import { join } from 'node:path';

import type { WorkspaceRig } from '@nx-ml/testing';

import { append } from '../changes.js';
import { model, modelRuns } from '../matrix-case.js';
import type { MatrixGroup } from '../matrix-case.js';

/** Models that read the dataset `clean`, and the one that reads a model of theirs. */
const readersOfClean = ['alpha', 'beta', 'gamma', 'delta', 'zeta'];
const readersRestored = readersOfClean.flatMap(model);

async function addRows(rig: WorkspaceRig): Promise<undefined> {
  const { code, output } = await rig.cli(['data', 'add', 'datasets/rows/rows.csv']);
  if (code !== 0) throw new Error(output);
  return undefined;
}

export const data: MatrixGroup = {
  title: 'Data',
  cases: [
    {
      change: 'one row of a dataset',
      make: append('datasets/raw/rows.csv', '5,6\n'),
      restored: ['raw:data'],
      runs: ['clean:data:', ...readersOfClean.flatMap(modelRuns)],
    },
    {
      change: 'raw data that is clean the same',
      make: append('datasets/raw/rows.csv', '\n'),
      runs: ['clean:data:'],
      restored: ['raw:data', ...readersRestored],
      remark: 'the same bytes came out of preparing, and the change stops there',
    },
    {
      change: 'preparing code that makes the same bytes',
      make: append('datasets/clean/prepare.mjs', '// x\n'),
      runs: ['clean:data:'],
      restored: readersRestored,
    },
    {
      change: 'a data file under another name',
      make: (rig) => {
        renameSync(join(rig.root, 'datasets/raw/rows.csv'), join(rig.root, 'datasets/raw/all.csv'));
        rig.edit('datasets/raw/ml.yaml', (text) => text.replace('rows.csv', 'all.csv'));
        return undefined;
      },
      runs: ['clean:data:'],
      restored: ['raw:data', ...readersRestored],
    },
    {
      change: 'a row of data behind a pointer',
      make: async (rig) => {
        rig.append('datasets/rows/rows.csv', '3,4\n');
        return addRows(rig);
      },
      restored: ['rows:data'],
      runs: modelRuns('epsilon'),
    },
    {
      change: 'data behind a pointer added again, the same',
      make: addRows,
    },
    {
      change: 'the copy of data behind a pointer deleted',
      make: (rig) => {
        rig.remove('datasets/rows/rows.csv');
        return undefined;
      },
    },
  ],
};
