import { join } from 'node:path';
import { regressionMetrics } from '../../libs/metrics/index.mjs';
import { readJson, readLines, readRun, writeJson, writeLines } from '../../libs/run-io/index.mjs';
import { predict } from './mass-model.mjs';

const { inputs, outputs } = readRun();
const model = readJson(join(inputs.model, 'model.json'));

const answersTo = (split) =>
  readLines(join(inputs.penguins, `${split}.jsonl`)).map((penguin) => ({
    ...predict(model, penguin),
    split,
  }));

// Validation is there to be looked at. Of the test part no figure is made here: its answers are for the gate.
const validation = answersTo('validation');
writeJson(outputs.metrics, { validation: regressionMetrics(validation) });
writeLines(outputs.predictions, [...validation, ...answersTo('test')]);
