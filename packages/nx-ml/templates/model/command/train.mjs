import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { descend, fitScaler, probabilities, scale, zeros } from './logistic.mjs';
import { judge, metricsOf } from './scores.mjs';
import { readParts } from './table.mjs';

const { params, inputs, outputs } = JSON.parse(readFileSync(process.env.ML_RUN, 'utf8'));
const { columns, train, validation } = readParts(inputs.table);

const classes = [...new Set(train.map(({ label }) => label))].sort();
const scaler = fitScaler(train.map(({ features }) => features));
const examples = train.map(({ features, label }) => ({
  features: scale(scaler, features),
  target: classes.indexOf(label),
}));

let weights = zeros(classes.length, columns.length);
let best = { epoch: 0, metrics: { log_loss: Infinity } };
for (let epoch = 1; epoch <= params.epochs && epoch - best.epoch <= params.patience; epoch++) {
  weights = descend(weights, examples, params);
  const judged = validation.map((row) =>
    judge(row, probabilities(weights, scale(scaler, row.features)), classes),
  );
  const metrics = metricsOf(judged);
  if (metrics.log_loss < best.metrics.log_loss) best = { epoch, weights, metrics };
  if (epoch % 20 === 0) {
    const progress = { step: epoch, of: params.epochs, log_loss: metrics.log_loss };
    appendFileSync(outputs.progress, `${JSON.stringify(progress)}\n`);
  }
}

const model = { columns, classes, scaler, weights: best.weights };
writeFileSync(join(outputs.model, 'model.json'), JSON.stringify(model));
writeFileSync(outputs.metrics, JSON.stringify({ validation: best.metrics, epoch: best.epoch }));
