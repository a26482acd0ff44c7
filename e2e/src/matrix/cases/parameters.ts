import { append, edit } from '../changes.js';
import { model, modelRuns } from '../matrix-case.js';
import type { MatrixGroup } from '../matrix-case.js';

export const parameters: MatrixGroup = {
  title: 'Parameters, seeds and commands',
  cases: [
    {
      change: 'a parameter in ml.yaml',
      make: edit('models/alpha/ml.yaml', 'rate: 1', 'rate: 0.5'),
      runs: [...modelRuns('alpha'), ...modelRuns('gamma')],
      remark: 'gamma reads the model of alpha',
    },
    {
      change: 'a parameter of a parameter file',
      make: edit('models/beta/params.yaml', 'rate: 1', 'rate: 2'),
      runs: modelRuns('beta'),
    },
    {
      change: 'the same parameters, written otherwise',
      make: edit('models/alpha/ml.yaml', '{ rate: 1, depth: 2 }', '\n  depth: 2\n  rate: 1.0'),
      restored: [...model('alpha'), ...model('gamma')],
    },
    {
      change: 'a seed added',
      make: edit('models/alpha/ml.yaml', '[1, 2]', '[1, 2, 3]'),
      runs: ['alpha:train:3', 'alpha:evaluate:3'],
      restored: model('gamma'),
      remark: 'the new seed alone; gamma reads the first',
    },
    {
      change: 'a seed taken away',
      make: edit('models/alpha/ml.yaml', '[1, 2]', '[1]'),
      restored: [...model('alpha'), ...model('gamma')],
    },
    {
      change: 'the first seed replaced',
      make: edit('models/alpha/ml.yaml', '[1, 2]', '[2, 4]'),
      runs: ['alpha:train:4', 'alpha:evaluate:4', ...modelRuns('gamma')],
      remark: 'gamma reads the first seed, which is 2 now',
    },
    {
      change: 'the training command',
      make: edit('models/beta/ml.yaml', 'node train.mjs', 'node train.mjs --again'),
      runs: ['beta:train:1'],
      restored: ['beta:evaluate'],
      remark: 'the same model came out of it',
    },
    {
      change: 'the evaluation command',
      make: edit('models/beta/ml.yaml', 'node evaluate.mjs', 'node evaluate.mjs --again'),
      runs: ['beta:evaluate:1'],
      restored: ['beta:train'],
    },
    {
      change: 'an upstream model added',
      make: append('models/beta/ml.yaml', 'models: [alpha]\n'),
      runs: modelRuns('beta'),
    },
  ],
};
