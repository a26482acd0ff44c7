import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { probabilities, scale } from './logistic.mjs';
import { judge, metricsOf } from './scores.mjs';
import { readParts } from './table.mjs';

const { inputs, outputs } = JSON.parse(readFileSync(process.env.ML_RUN, 'utf8'));
const { classes, scaler, weights } = JSON.parse(readFileSync(join(inputs.model, 'model.json'), 'utf8'));

const parts = readParts(inputs.table);

const answersTo = (split) =>
  parts[split].map((row) => ({
    ...judge(row, probabilities(weights, scale(scaler, row.features)), classes),
    split,
  }));

// Validation is there to be looked at. Of the test part no figure is made here: its answers are what nx-ml judges by.
const validation = answersTo('validation');
const predictions = [...validation, ...answersTo('test')];
writeFileSync(outputs.predictions, predictions.map((row) => `${JSON.stringify(row)}\n`).join(''));
writeFileSync(outputs.metrics, JSON.stringify({ validation: metricsOf(validation) }));
