import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import { buildNetwork, fitScaler, probabilities, saveModel, scale, weightsOf } from './network.mjs';
import { judge, metricsOf } from './scores.mjs';
import { readParts } from './table.mjs';

const { seed, params, inputs, outputs } = JSON.parse(readFileSync(process.env.ML_RUN, 'utf8'));
const { columns, train, validation } = readParts(inputs.table);

const classes = [...new Set(train.map(({ label }) => label))].sort();
const scaler = fitScaler(train.map(({ features }) => features));
const featuresOf = (rows) => rows.map(({ features }) => scale(scaler, features));
const features = tf.tensor2d(featuresOf(train));
const targets = tf.tensor2d(train.map(({ label }) => classes.map((name) => Number(name === label))));

const network = buildNetwork({ ...params, columns: columns.length, classes: classes.length, seed });
let best = { epoch: 0, metrics: { log_loss: Infinity } };
for (let epoch = 1; epoch <= params.epochs && epoch - best.epoch <= params.patience; epoch++) {
  // Rows keep their order: shuffling draws from a generator that takes no seed.
  await network.fit(features, targets, { batchSize: params.batchSize, shuffle: false, verbose: 0 });
  const answers = probabilities(network, featuresOf(validation));
  const metrics = metricsOf(validation.map((row, i) => judge(row, answers[i], classes)));
  if (metrics.log_loss < best.metrics.log_loss) best = { epoch, metrics, weights: weightsOf(network) };
  const progress = { step: epoch, of: params.epochs, log_loss: metrics.log_loss };
  appendFileSync(outputs.progress, `${JSON.stringify(progress)}\n`);
}

network.setWeights(best.weights);
await saveModel(network, { columns, classes, scaler }, outputs.model);
writeFileSync(outputs.metrics, JSON.stringify({ validation: best.metrics, epoch: best.epoch }));
