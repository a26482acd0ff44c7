// No library of nx-ml or of this workspace is needed: ML_RUN names a JSON document, and that is all.
import { readFileSync, writeFileSync } from 'node:fs';
import { measure, predict } from './measure.mjs';
import { fit } from './naive-bayes.mjs';

const { params, inputs, outputs } = JSON.parse(readFileSync(process.env.ML_RUN, 'utf8'));

const readMails = (part) =>
  readFileSync(`${inputs['spam-mails']}/${part}.jsonl`, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

const model = fit(readMails('train'), params);
const validation = measure(readMails('validation').map((mail) => predict(model, mail)));

writeFileSync(`${outputs.model}/model.json`, JSON.stringify(model));
writeFileSync(outputs.metrics, JSON.stringify({ validation }));
