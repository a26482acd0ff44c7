// The network, and its files: TensorFlow.js's own layers format, which is data and no code.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';

/** One hidden layer over standardised columns, its first weights drawn by `seed`. */
export function buildNetwork({ columns, classes, hidden, learningRate, seed }) {
  const initializer = (offset) => tf.initializers.glorotUniform({ seed: seed * 10 + offset });
  const network = tf.sequential({
    layers: [
      tf.layers.dense({
        inputShape: [columns],
        units: hidden,
        activation: 'relu',
        kernelInitializer: initializer(1),
      }),
      tf.layers.dense({ units: classes, activation: 'softmax', kernelInitializer: initializer(2) }),
    ],
  });
  network.compile({ optimizer: tf.train.adam(learningRate), loss: 'categoricalCrossentropy' });
  return network;
}

/** Mean and spread of each column; a constant column stays at zero. */
export function fitScaler(rows) {
  return rows[0].map((_, k) => {
    const mean = rows.reduce((sum, row) => sum + row[k], 0) / rows.length;
    const variance = rows.reduce((sum, row) => sum + (row[k] - mean) ** 2, 0) / rows.length;
    return { mean, spread: Math.sqrt(variance) || 1 };
  });
}

export const scale = (scaler, row) => row.map((x, k) => (x - scaler[k].mean) / scaler[k].spread);

/** @returns {number[][]} one probability a class for each row of scaled features */
export function probabilities(network, rows) {
  return tf.tidy(() => network.predict(tf.tensor2d(rows)).arraySync());
}

/** Weights as they are now, to come back to the best epoch. */
export const weightsOf = (network) => network.getWeights().map((weight) => weight.clone());

/** @param {object} facts what the rows need besides: columns, classes, scaler */
export async function saveModel(network, facts, folder) {
  const handler = tf.io.withSaveHandler(async ({ weightData, weightSpecs, ...model }) => {
    const weightsManifest = [{ paths: ['weights.bin'], weights: weightSpecs }];
    writeFileSync(join(folder, 'model.json'), JSON.stringify({ ...model, weightsManifest }));
    writeFileSync(join(folder, 'weights.bin'), Buffer.from(tf.io.CompositeArrayBuffer.join(weightData)));
    return { modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON({ weightData, weightSpecs, ...model }) };
  });
  await network.save(handler);
  writeFileSync(join(folder, 'facts.json'), JSON.stringify(facts));
}

/** @returns the network beside its facts */
export async function loadModel(folder) {
  const { weightsManifest, ...model } = readJson(join(folder, 'model.json'));
  const weightData = new Uint8Array(readFileSync(join(folder, 'weights.bin'))).buffer;
  const network = await tf.loadLayersModel(
    tf.io.fromMemory({ ...model, weightSpecs: weightsManifest[0].weights, weightData }),
  );
  return { network, ...readJson(join(folder, 'facts.json')) };
}

const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'));
