import { classificationMetrics, judge } from '../../libs/metrics/index.mjs';
import { readRun, writeJson, writeLines } from '../../libs/run-io/index.mjs';
import { readDigits } from './images.mjs';
import { loadNetwork, startBackend } from './network.mjs';

const { inputs, outputs } = readRun();
await startBackend();

const network = await loadNetwork(inputs.model);

function answersTo(split) {
  const { images, labels } = readDigits(inputs.digits, split);
  const probabilities = network.predict(images).arraySync();
  return labels.arraySync().map((digit, i) => {
    const label = String(digit);
    const example = { id: `${split}-${i}`, slice: label, label };
    return { ...judge(example, Object.fromEntries(probabilities[i].entries())), split };
  });
}

// Validation is there to be looked at. Of the test part no figure is made here: its answers are for the gate.
const validation = answersTo('validation');
writeJson(outputs.metrics, { validation: classificationMetrics(validation) });
writeLines(outputs.predictions, [...validation, ...answersTo('test')]);
