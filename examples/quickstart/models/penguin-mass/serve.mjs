import { join } from 'node:path';
import { scale } from '../../libs/penguin-features/index.mjs';
import { readJson } from '../../libs/run-io/index.mjs';
import { column, rowsOf, serve } from '../../libs/serving/index.mjs';
import { encodeMass } from './mass-model.mjs';
import { applyRidge } from './ridge.mjs';

await serve((folder) => {
  const { scaler, ridge } = readJson(join(folder, 'model.json'));
  return (inputs) => {
    const masses = rowsOf(inputs).map((penguin) => applyRidge(ridge, scale(scaler, encodeMass(penguin))));
    return [column('bodyMassG', 'FP64', masses)];
  };
});
