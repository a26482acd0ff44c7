import { readFileSync, writeFileSync } from 'node:fs';
import { loadModel, probabilities, scale } from './network.mjs';
import { judge, metricsOf } from './scores.mjs';
import { readParts } from './table.mjs';

const { inputs, outputs } = JSON.parse(readFileSync(process.env.ML_RUN, 'utf8'));
const { network, classes, scaler } = await loadModel(inputs.model);

const { test } = readParts(inputs.table); // no row of it was seen by training
const answers = probabilities(
  network,
  test.map(({ features }) => scale(scaler, features)),
);
const judged = test.map((row, i) => judge(row, answers[i], classes));

writeFileSync(outputs.predictions, judged.map((row) => `${JSON.stringify(row)}\n`).join(''));
writeFileSync(outputs.metrics, JSON.stringify(metricsOf(judged)));
