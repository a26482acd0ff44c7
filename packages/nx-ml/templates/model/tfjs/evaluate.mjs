import { readFileSync, writeFileSync } from 'node:fs';
import { loadModel, probabilities, scale } from './network.mjs';
import { judge, metricsOf } from './scores.mjs';
import { readParts } from './table.mjs';

const { inputs, outputs } = JSON.parse(readFileSync(process.env.ML_RUN, 'utf8'));
const { network, classes, scaler } = await loadModel(inputs.model);

const parts = readParts(inputs.table);

function answersTo(split) {
  const rows = parts[split];
  const features = rows.map((row) => scale(scaler, row.features));
  return probabilities(network, features).map((answer, i) => ({ ...judge(rows[i], answer, classes), split }));
}

// Validation is there to be looked at. Of the test part no figure is made here: its answers are what nx-ml judges by.
const validation = answersTo('validation');
const predictions = [...validation, ...answersTo('test')];
writeFileSync(outputs.predictions, predictions.map((row) => `${JSON.stringify(row)}\n`).join(''));
writeFileSync(outputs.metrics, JSON.stringify({ validation: metricsOf(validation) }));
