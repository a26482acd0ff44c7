import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setThreadsCount } from '@tensorflow/tfjs-backend-wasm';
import { ready, setBackend, train } from '@tensorflow/tfjs-core';
import { initializers, layers, loadLayersModel, sequential } from '@tensorflow/tfjs-layers';

/** One thread: with more, sums are taken in another order, and the same seed gives other weights. */
export async function startBackend() {
  setThreadsCount(1);
  await setBackend('wasm');
  await ready();
}

/** Images [count, 14, 14, 1] in, one probability a digit out. The same seed starts from the same weights. */
export function createNetwork({ hidden, learningRate, seed }) {
  const start = (layer) => initializers.glorotUniform({ seed: 10 * seed + layer });
  const network = sequential({
    layers: [
      layers.flatten({ inputShape: [14, 14, 1] }),
      layers.dense({ units: hidden, activation: 'relu', kernelInitializer: start(1) }),
      layers.dense({ units: 10, activation: 'softmax', kernelInitializer: start(2) }),
    ],
  });
  network.compile({
    optimizer: train.adam(learningRate),
    loss: 'sparseCategoricalCrossentropy',
    metrics: ['accuracy'],
  });
  return network;
}

/** Writes shape and weights, and not the date that TensorFlow.js adds: the same network is the same bytes. */
export async function saveNetwork(network, folder) {
  await network.save({
    async save({ modelTopology, weightSpecs, weightData }) {
      writeFileSync(join(folder, 'model.json'), JSON.stringify({ modelTopology, weightSpecs }));
      writeFileSync(join(folder, 'weights.bin'), Buffer.from(weightData));
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
    },
  });
}

export function loadNetwork(folder) {
  const artifacts = JSON.parse(readFileSync(join(folder, 'model.json'), 'utf8'));
  const weightData = Uint8Array.from(readFileSync(join(folder, 'weights.bin'))).buffer;
  return loadLayersModel({ load: async () => ({ ...artifacts, weightData }) });
}
