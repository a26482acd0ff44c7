import { join } from 'node:path';
import { classificationMetrics } from '../../libs/metrics/index.mjs';
import { fitScaler, scale, speciesNames } from '../../libs/penguin-features/index.mjs';
import { appendLine, readLines, readRun, writeJson } from '../../libs/run-io/index.mjs';
import { descend, zeros } from './logistic.mjs';
import { encodeSpecies, predict } from './species-model.mjs';

const { params, inputs, outputs } = readRun();
const train = readLines(join(inputs.penguins, 'train.jsonl'));
const validation = readLines(join(inputs.penguins, 'validation.jsonl'));

const scaler = fitScaler(train.map(encodeSpecies));
const rows = train.map((penguin) => ({
  features: scale(scaler, encodeSpecies(penguin)),
  target: speciesNames.indexOf(penguin.species),
}));

let coefficients = zeros(speciesNames.length, scaler.length);
let best = { epoch: 0, metrics: { logLoss: Infinity } };

for (let epoch = 1; epoch <= params.epochs && epoch - best.epoch <= params.patience; epoch++) {
  coefficients = descend(coefficients, rows, params);
  const metrics = classificationMetrics(validation.map((p) => predict({ scaler, coefficients }, p)));
  if (metrics.logLoss < best.metrics.logLoss) best = { epoch, coefficients, metrics };
  if (epoch % 20 === 0)
    appendLine(outputs.progress, { step: epoch, of: params.epochs, logLoss: metrics.logLoss });
}

writeJson(join(outputs.model, 'model.json'), { scaler, coefficients: best.coefficients });
writeJson(outputs.metrics, { epoch: best.epoch, validation: best.metrics });
