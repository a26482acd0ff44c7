import { join } from 'node:path';
import { classificationMetrics } from '../../libs/metrics/index.mjs';
import { readJson, readLines, readRun, writeJson, writeLines } from '../../libs/run-io/index.mjs';
import { predict } from './species-model.mjs';

const { inputs, outputs } = readRun();
const model = readJson(join(inputs.model, 'model.json'));

const judged = readLines(join(inputs.penguins, 'test.jsonl')).map((penguin) => predict(model, penguin));

writeJson(outputs.metrics, classificationMetrics(judged));
writeLines(outputs.predictions, judged);
