import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { probabilities, scale } from './logistic.mjs';
import { judge, metricsOf } from './scores.mjs';
import { readParts } from './table.mjs';

const { inputs, outputs } = JSON.parse(readFileSync(process.env.ML_RUN, 'utf8'));
const { classes, scaler, weights } = JSON.parse(readFileSync(join(inputs.model, 'model.json'), 'utf8'));

// The test part: no row of it was seen by training.
const judged = readParts(inputs.table).test.map((row) =>
  judge(row, probabilities(weights, scale(scaler, row.features)), classes),
);

writeFileSync(outputs.predictions, judged.map((row) => `${JSON.stringify(row)}\n`).join(''));
writeFileSync(outputs.metrics, JSON.stringify(metricsOf(judged)));
