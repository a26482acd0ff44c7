import { join } from 'node:path';
import { regressionMetrics } from '../../libs/metrics/index.mjs';
import { fitScaler, scale } from '../../libs/penguin-features/index.mjs';
import { appendLine, readLines, readRun, writeJson } from '../../libs/run-io/index.mjs';
import { encodeMass, predict } from './mass-model.mjs';
import { fitRidge } from './ridge.mjs';

const { params, inputs, outputs } = readRun();
const train = readLines(join(inputs.penguins, 'train.jsonl'));
const validation = readLines(join(inputs.penguins, 'validation.jsonl'));

const scaler = fitScaler(train.map(encodeMass));
const rows = train.map((penguin) => scale(scaler, encodeMass(penguin)));
const masses = train.map(({ bodyMassG }) => bodyMassG);

const candidates = params.penalties.map((penalty, i) => {
  const model = { scaler, ridge: fitRidge(rows, masses, penalty) };
  const metrics = regressionMetrics(validation.map((penguin) => predict(model, penguin)));
  appendLine(outputs.progress, { step: i + 1, of: params.penalties.length, rmse: metrics.rmse });
  return { penalty, model, metrics };
});
const best = candidates.reduce((a, b) => (b.metrics.rmse < a.metrics.rmse ? b : a));

writeJson(join(outputs.model, 'model.json'), best.model);
writeJson(outputs.metrics, { penalty: best.penalty, validation: best.metrics });
