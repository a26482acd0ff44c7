import { chmodSync, renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

import type { WorkspaceRig } from '@nx-ml/testing';

import { append, edit, remove, write } from '../changes.js';
import { evaluations, model, modelRuns, trainings } from '../matrix-case.js';
import type { MatrixGroup } from '../matrix-case.js';

const gammaRestored = model('gamma');

const importOfUnrelated = "feature: (await import('../../libs/unrelated/index.mjs')).x";

function linkedScore(rig: WorkspaceRig): undefined {
  rig.remove('models/alpha/score.mjs');
  symlinkSync('../beta/score.mjs', join(rig.root, 'models/alpha/score.mjs'));
  return undefined;
}

export const code: MatrixGroup = {
  title: 'Code',
  cases: [
    {
      change: 'the code that serves a packaged model',
      make: append('models/beta/serve.mjs', '// more\n'),
      restored: model('beta'),
      remark: 'no step but package reaches it',
    },
    {
      change: 'training code, another model',
      make: edit('models/beta/train.mjs', 'feature: 0', 'feature: 1'),
      runs: modelRuns('beta'),
    },
    {
      change: 'training code, the same model',
      make: append('models/beta/train.mjs', '// x\n'),
      runs: trainings('beta'),
      restored: ['beta:evaluate'],
      remark: 'trained again, and what comes after stops there',
    },
    {
      change: 'evaluation code',
      make: append('models/alpha/evaluate.mjs', '// x\n'),
      runs: evaluations('alpha'),
      restored: ['alpha:train', ...gammaRestored],
    },
    {
      change: 'code that evaluation alone imports',
      make: edit('models/alpha/score.mjs', '32', '33'),
      runs: evaluations('alpha'),
      restored: ['alpha:train', ...gammaRestored],
    },
    {
      change: 'a helper in a shared JavaScript library',
      make: edit('libs/features/helper.mjs', 'x / 2', 'x / 4'),
      runs: [...modelRuns('alpha'), ...modelRuns('gamma')],
    },
    {
      change: 'a word list in a shared library',
      make: append('libs/features/words.txt', 'three\n'),
      runs: trainings('alpha'),
      restored: ['alpha:evaluate', ...gammaRestored],
      remark: 'code may open any file that is no source',
    },
    {
      change: 'a file of a shared library that the model does not import',
      make: append('libs/features/unused.mjs', '// x\n'),
      restored: [...model('alpha'), ...gammaRestored],
    },
    { change: 'a library that no model imports', make: append('libs/unrelated/index.mjs', '// x\n') },
    {
      change: 'a shared Python library three imports away',
      make: edit('libs/pyc/pyc/base.py', '10', '11'),
      runs: modelRuns('delta'),
    },
    {
      change: 'a module of it that the model does not import',
      make: append('libs/pyc/pyc/unused.py', 'MORE = 2\n'),
      restored: model('delta'),
    },
    {
      change: 'a file that an import may lead to which only a parameter resolves',
      make: edit('libs/plugins/linear.mjs', '1', '3'),
      runs: modelRuns('zeta'),
    },
    {
      change: 'a file beside it, which the parameter does not name',
      make: append('libs/plugins/square.mjs', '// x\n'),
      runs: trainings('zeta'),
      restored: ['zeta:evaluate'],
      remark: 'no static answer: the whole library counts',
    },
    {
      change: 'a new import of another library',
      make: edit('models/beta/train.mjs', 'feature: 0', `${importOfUnrelated} + 9`),
      runs: modelRuns('beta'),
    },
    {
      change: 'a library that a model imports since a moment ago',
      make: async (rig) => {
        edit('models/beta/train.mjs', 'feature: 0', importOfUnrelated)(rig);
        await rig.tasks(['run', 'beta:train']);
        edit('libs/unrelated/index.mjs', '1', '5')(rig);
        return undefined;
      },
      runs: modelRuns('beta'),
    },
    {
      change: 'a helper renamed, and the import of it',
      make: (rig) => {
        renameSync(join(rig.root, 'libs/features/helper.mjs'), join(rig.root, 'libs/features/halves.mjs'));
        edit('libs/features/index.mjs', './helper.mjs', './halves.mjs')(rig);
        return undefined;
      },
      runs: trainings('alpha'),
      restored: ['alpha:evaluate', ...gammaRestored],
    },
    {
      change: 'a file that nothing imports deleted',
      make: remove('libs/features/unused.mjs'),
      restored: [...model('alpha'), ...gammaRestored],
    },
    {
      change: 'the mode of a file',
      make: (rig) => {
        chmodSync(join(rig.root, 'models/beta/train.mjs'), 0o755);
        return undefined;
      },
    },
    {
      change: 'line endings',
      make: edit('models/beta/train.mjs', '\n', '\r\n'),
      runs: trainings('beta'),
      restored: ['beta:evaluate'],
      remark: 'they are bytes, and some languages tell them apart',
    },
    {
      change: 'a file replaced by a link to the same bytes in another project',
      make: linkedScore,
      runs: evaluations('alpha'),
      restored: ['alpha:train', ...gammaRestored],
      remark: 'what it imports is looked for elsewhere now',
    },
    {
      change: 'the file that a link leads to',
      make: async (rig) => {
        linkedScore(rig);
        await rig.tasks(['run', 'alpha:evaluate']);
        edit('models/beta/score.mjs', '32', '34')(rig);
        return undefined;
      },
      runs: [...evaluations('alpha'), ...evaluations('beta')],
      restored: ['alpha:train', 'beta:train', ...gammaRestored],
    },
    {
      change: 'a new file in the folder of a model that nothing imports',
      make: write('models/beta/words.txt', 'one\n'),
      runs: modelRuns('beta'),
      remark: 'any step of the model may open it',
    },
  ],
};
