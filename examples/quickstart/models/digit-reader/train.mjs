import { dispose, gather } from '@tensorflow/tfjs-core';
import { appendLine, readRun, writeJson } from '../../libs/run-io/index.mjs';
import { readDigits } from './images.mjs';
import { createNetwork, saveNetwork, startBackend } from './network.mjs';
import { permutation, randomFrom } from './shuffle.mjs';

const { seed, params, inputs, outputs } = readRun();
await startBackend();

const train = readDigits(inputs.digits, 'train');
const validation = readDigits(inputs.digits, 'validation');

const network = createNetwork({ ...params, seed });
const random = randomFrom(seed);
let best = { loss: Infinity };

for (let epoch = 1; epoch <= params.epochs; epoch++) {
  const order = permutation(train.labels.size, random);
  const shuffled = [gather(train.images, order), gather(train.labels, order)]; // fit() would shuffle without a seed
  await network.fit(...shuffled, { epochs: 1, batchSize: params.batch, shuffle: false, verbose: 0 });
  dispose(shuffled);

  const [loss, accuracy] = network
    .evaluate(validation.images, validation.labels)
    .map((metric) => metric.dataSync()[0]);
  appendLine(outputs.progress, { step: epoch, of: params.epochs, loss, accuracy });
  if (loss < best.loss) {
    best = { epoch, loss, accuracy };
    await saveNetwork(network, outputs.model);
  }
}

const { epoch, ...metrics } = best;
writeJson(outputs.metrics, { epoch, validation: metrics });
