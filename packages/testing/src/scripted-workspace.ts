/**
 * A small workspace whose steps take milliseconds and leave a trace, so that a test can tell what really ran:
 *
 * - datasets `raw` (files), `clean` (prepared from raw)
 * - `libs/features` (JavaScript, with a helper and a word list), `libs/unrelated`
 * - models `alpha` (uses features and clean, two seeds), `beta` (uses clean), `gamma` (uses alpha's model)
 * - service `shop` over alpha
 */
export function scriptedWorkspace(): Readonly<Record<string, string>> {
  return {
    ...datasets,
    ...libraries,
    ...scriptedModel({
      name: 'alpha',
      yaml: ['data: [clean]', 'params: { rate: 1, depth: 2 }'],
      train: ['seeds: [1, 2]'],
      imports: "import { feature } from '../../libs/features/index.mjs';",
      use: 'feature()',
    }),
    ...scriptedModel({ name: 'beta', yaml: ['data: [clean]', 'params: params.yaml'] }),
    'models/beta/params.yaml': '# the learning rate\nrate: 1\n',
    ...scriptedModel({ name: 'gamma', yaml: ['models: [alpha]'] }),
    'services/shop/ml.yaml': 'kind: service\nmodels: [alpha]\n',
  };
}

/** Starts every scripted step: reads the run document, leaves the trace, reads all input files in order. */
const preamble = `import { appendFileSync, readFileSync, writeFileSync, readdirSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
const run = JSON.parse(readFileSync(process.env.ML_RUN, 'utf8'));
appendFileSync(join(process.cwd(), '../../.trace'), [run.project, run.step, run.seed].join(':') + '\\n');
const inputs = Object.values(run.inputs).flatMap((folder) =>
  readdirSync(folder).sort().map((name) => readFileSync(join(folder, name), 'utf8')));
const digest = createHash('sha256').update(inputs.join('')).digest('hex');
`;

const datasets = {
  'datasets/raw/ml.yaml': 'kind: dataset\ndescription: Rows\nfiles: [rows.csv]\n',
  'datasets/raw/rows.csv': 'x,y\n1,2\n3,4\n',
  'datasets/clean/ml.yaml': 'kind: dataset\ndata: [raw]\nprepare:\n  command: node prepare.mjs\n',
  'datasets/clean/prepare.mjs': `${preamble}
// Blank lines are dropped, so that they change the raw data and not the clean.
writeFileSync(join(run.outputs.data, 'rows.csv'), inputs.join('').split('\\n').filter((row) => row !== '').join('\\n'));
`,
};

const libraries = {
  'libs/features/project.json': '{ "name": "features" }\n',
  'libs/features/index.mjs': "import { half } from './helper.mjs';\nexport const feature = () => half(2);\n",
  'libs/features/helper.mjs': 'export const half = (x) => x / 2;\n',
  'libs/features/unused.mjs': 'export const unused = 1;\n',
  'libs/features/words.txt': 'one\ntwo\n',
  'libs/unrelated/project.json': '{ "name": "unrelated" }\n',
  'libs/unrelated/index.mjs': 'export const x = 1;\n',
};

export interface ScriptedModel {
  readonly name: string;
  /** Lines of ml.yaml beside kind, description and the steps. */
  readonly yaml: readonly string[];
  /** Lines of ml.yaml below `train:`, beside the command. */
  readonly train?: readonly string[];
  /** The first lines of train.mjs. */
  readonly imports?: string;
  /** An expression whose value is part of the model. */
  readonly use?: string;
}

/** A model in JavaScript whose bytes are a function of its parameters, its seed, what it reads and what `use` gives. */
export function scriptedModel({
  name,
  yaml,
  train = [],
  imports = '',
  use = '0',
}: ScriptedModel): Readonly<Record<string, string>> {
  const root = `models/${name}`;
  return {
    [`${root}/ml.yaml`]: [
      'kind: model',
      `description: The ${name} model`,
      ...yaml,
      'train:',
      '  command: node train.mjs',
      ...train.map((line) => `  ${line}`),
      'evaluate:',
      '  command: node evaluate.mjs',
      '',
    ].join('\n'),
    [`${root}/README.md`]: `# ${name}\n`,
    [`${root}/train.mjs`]: `${imports}\n${preamble}
const model = JSON.stringify({ params: run.params, seed: run.seed, feature: ${use}, digest });
writeFileSync(join(run.outputs.model, 'model.json'), model);
writeFileSync(run.outputs.metrics, JSON.stringify({ loss: 1 / (1 + run.seed) }));
`,
    [`${root}/evaluate.mjs`]: `${preamble}
import { score } from './score.mjs';
writeFileSync(run.outputs.metrics, JSON.stringify({ accuracy: score(digest) }));
writeFileSync(run.outputs.predictions, JSON.stringify({ id: 'a', correct: true }) + '\\n');
`,
    [`${root}/score.mjs`]: 'export const score = (digest) => parseInt(digest.slice(0, 8), 16) / 2 ** 32;\n',
  };
}
