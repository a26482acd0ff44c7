import { classificationMetrics, judge } from '../../libs/metrics/index.mjs';
import { readRun, writeJson, writeLines } from '../../libs/run-io/index.mjs';
import { readDigits } from './images.mjs';
import { loadNetwork, startBackend } from './network.mjs';

const { inputs, outputs } = readRun();
await startBackend();

const { images, labels } = readDigits(inputs.digits, 'test');
const network = await loadNetwork(inputs.model);
const probabilities = network.predict(images).arraySync();

const judged = labels.arraySync().map((digit, i) => {
  const label = String(digit);
  return judge({ id: `test-${i}`, slice: label, label }, Object.fromEntries(probabilities[i].entries()));
});

writeJson(outputs.metrics, classificationMetrics(judged));
writeLines(outputs.predictions, judged);
