/** A model whose answers are right on as many of 2,000 examples as its parameter says, `de` last. */
export const gatedWorkspace: Readonly<Record<string, string>> = {
  'models/mail/ml.yaml': `kind: model
params: { right: 1600, de: 300 }
train: { command: node train.mjs }
evaluate: { command: node evaluate.mjs, metrics: optional }
gate:
  primary: accuracy
  floors: [{ metric: accuracy, min: 0.7 }]
`,
  'models/mail/train.mjs': `import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
const run = JSON.parse(readFileSync(process.env.ML_RUN, 'utf8'));
appendFileSync('../../.trace', 'train\\n');
writeFileSync(run.outputs.model + '/model.json', JSON.stringify(run.params));
writeFileSync(run.outputs.metrics, '{"rows": 1}');
`,
  'models/mail/evaluate.mjs': `import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
const run = JSON.parse(readFileSync(process.env.ML_RUN, 'utf8'));
appendFileSync('../../.trace', 'evaluate\\n');
const { right, de } = JSON.parse(readFileSync(run.inputs.model + '/model.json', 'utf8'));
const rows = [];
for (let id = 0; id < 2000; id++) {
  const lang = id < 1600 ? 'en' : 'de';
  const isRight = lang === 'en' ? id < right - de : id - 1600 < de;
  rows.push({ id, slice: { lang }, label: 'a', prediction: isRight ? 'a' : 'b' });
}
writeFileSync(run.outputs.predictions, rows.map((row) => JSON.stringify(row) + '\\n').join(''));
`,
};
