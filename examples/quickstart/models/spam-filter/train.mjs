// No library of nx-ml or of this workspace is needed: ML_RUN names a JSON document, and that is all.
import { readFileSync, writeFileSync } from 'node:fs';
import { fit } from './naive-bayes.mjs';

const { params, inputs, outputs } = JSON.parse(readFileSync(process.env.ML_RUN, 'utf8'));

const mails = readFileSync(`${inputs['spam-mails']}/train.jsonl`, 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line));
const model = fit(mails, params);

writeFileSync(`${outputs.model}/model.json`, JSON.stringify(model));
writeFileSync(outputs.metrics, JSON.stringify({ words: Object.keys(model.weights).length }));
