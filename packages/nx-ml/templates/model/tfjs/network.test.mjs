import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { buildNetwork, fitScaler, loadModel, probabilities, saveModel, scale } from './network.mjs';

const build = (seed) => buildNetwork({ columns: 2, classes: 3, hidden: 4, learningRate: 0.01, seed });
const rows = [
  [0, 1],
  [-1, 2],
];

test('the seed decides the first weights', () => {
  assert.deepEqual(probabilities(build(1), rows), probabilities(build(1), rows));
  assert.notDeepEqual(probabilities(build(1), rows), probabilities(build(2), rows));
});

test('a model answers the same after save and load', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'network-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const network = build(1);
  await saveModel(network, { classes: ['a', 'b', 'c'] }, folder);
  const again = await loadModel(folder);
  assert.deepEqual(again.classes, ['a', 'b', 'c']);
  assert.deepEqual(probabilities(again.network, rows), probabilities(network, rows));
});

test('a scaled column has mean 0 and spread 1; a constant one is 0', () => {
  const scaler = fitScaler([
    [1, 5],
    [3, 5],
  ]);
  assert.deepEqual(scale(scaler, [3, 5]), [1, 0]);
});
