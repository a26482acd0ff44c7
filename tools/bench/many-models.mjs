import { createRequire } from 'node:module';

const { WorkspaceRig } = createRequire(import.meta.url)('../../packages/testing/dist/index.js');

/** A workspace of `count` models over ten datasets and one library, each of which trains in no time: its command is a shell's, its code is parsed. */
export async function manyModels(count, options = {}) {
  const rig = await WorkspaceRig.create(options);
  const files = {
    'libs/shared/project.json': '{ "name": "shared" }\n',
    'libs/shared/index.mjs': 'export const x = 1;\n',
  };
  for (let index = 0; index < 10; index += 1) {
    files[`datasets/data-${index}/ml.yaml`] = 'kind: dataset\nfiles: [rows.csv]\n';
    files[`datasets/data-${index}/rows.csv`] = `x\n${index}\n`;
  }
  for (let index = 0; index < count; index += 1) Object.assign(files, model(index));
  rig.write(files);
  rig.commitAll('start');
  return rig;
}

const script = `import { readFileSync, writeFileSync } from 'node:fs';
import { x } from '../../libs/shared/index.mjs';
const run = JSON.parse(readFileSync(process.env.ML_RUN, 'utf8'));
`;

function model(index) {
  const root = `models/model-${index}`;
  return {
    [`${root}/ml.yaml`]: `kind: model
description: Model ${index}
data: [data-${index % 10}]
params: { rate: ${index} }
train:
  command: test -f train.mjs && echo ${index} > {outputs.model}/m
  metrics: optional
evaluate:
  command: test -f evaluate.mjs
  metrics: optional
`,
    [`${root}/train.mjs`]: `${script}writeFileSync(run.outputs.model + '/m', String(x));\n`,
    [`${root}/evaluate.mjs`]: `${script}writeFileSync(run.outputs.metrics, '{"a":1}');\n`,
  };
}
