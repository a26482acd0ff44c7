import { readFileSync, writeFileSync } from 'node:fs';
import { measure, predict } from './measure.mjs';

const { inputs, outputs } = JSON.parse(readFileSync(process.env.ML_RUN, 'utf8'));

const model = JSON.parse(readFileSync(`${inputs.model}/model.json`, 'utf8'));
const mails = readFileSync(`${inputs['spam-mails']}/test.jsonl`, 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line));
const predictions = mails.map((mail) => predict(model, mail));

writeFileSync(outputs.metrics, JSON.stringify(measure(predictions)));
writeFileSync(outputs.predictions, predictions.map((row) => JSON.stringify(row) + '\n').join(''));
