import { append, edit, write } from '../changes.js';
import { model } from '../matrix-case.js';
import type { MatrixGroup } from '../matrix-case.js';

const alphaAndAfter = [...model('alpha'), ...model('gamma')];

/** Edits that no training can see. */
export const words: MatrixGroup = {
  title: 'Words and settings',
  cases: [
    { change: 'nothing', make: () => undefined },
    { change: 'README of the workspace', make: write('README.md', '# words\n') },
    {
      change: 'README of a model',
      make: append('models/alpha/README.md', 'more\n'),
      restored: alphaAndAfter,
    },
    {
      change: 'README of a shared library',
      make: write('libs/features/README.md', 'words\n'),
      restored: alphaAndAfter,
    },
    {
      change: 'description in ml.yaml',
      make: edit('models/alpha/ml.yaml', 'The alpha model', 'Alpha, the model'),
      restored: alphaAndAfter,
    },
    {
      change: 'tags in ml.yaml',
      make: append('models/beta/ml.yaml', 'tags: [small]\n'),
      restored: model('beta'),
    },
    {
      change: 'a gate in ml.yaml, as its threshold',
      make: append('models/beta/ml.yaml', 'gate: { primary: { metric: accuracy, minEffect: 0.01 } }\n'),
      restored: model('beta'),
    },
    {
      change: 'the text of a packaged model’s card',
      make: edit('models/beta/ml.yaml', 'A toy.', 'Still a toy.'),
      restored: model('beta'),
      remark: 'the model is packaged anew, and not trained',
    },
    {
      change: 'the example of a packaged model',
      make: edit('models/beta/example.json', '0.5', '0.25'),
      restored: model('beta'),
    },
    {
      change: 'a comment in a parameter file',
      make: edit('models/beta/params.yaml', 'the learning rate', 'how fast it learns'),
      restored: model('beta'),
    },
    {
      change: 'memory that a model asks for',
      make: append('models/beta/ml.yaml', 'resources: { memory: 10MB }\n'),
      restored: model('beta'),
    },
    {
      change: 'a time-out',
      make: edit('models/beta/ml.yaml', 'node train.mjs', 'node train.mjs\n  timeout: 5m'),
      restored: model('beta'),
    },
    {
      change: 'a spec beside the code',
      make: write('models/beta/train.spec.mjs', 'test();\n'),
      restored: model('beta'),
    },
    {
      change: 'a linter’s configuration in a model’s folder',
      make: write('models/beta/eslint.config.mjs', 'export default [];\n'),
      restored: model('beta'),
    },
    {
      change: 'ml.yaml of a service over a model',
      make: append('services/shop/ml.yaml', 'description: A shop\n'),
    },
    { change: 'a setting in nx.json', make: edit('nx.json', '{', '{ "parallel": 2,'), restored: 'all' },
    { change: 'a comment in nx.json', make: edit('nx.json', '{', '// words\n{'), restored: 'all' },
    { change: '.gitignore', make: append('.gitignore', 'other\n'), restored: 'all' },
  ],
};
