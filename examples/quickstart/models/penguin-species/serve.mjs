import { join } from 'node:path';
import { scale, speciesNames } from '../../libs/penguin-features/index.mjs';
import { readJson } from '../../libs/run-io/index.mjs';
import { column, rowsOf, serve } from '../../libs/serving/index.mjs';
import { probabilities } from './logistic.mjs';
import { encodeSpecies } from './species-model.mjs';

await serve((folder) => {
  const { scaler, coefficients } = readJson(join(folder, 'model.json'));
  return (inputs) => {
    const chances = rowsOf(inputs).map((penguin) =>
      probabilities(coefficients, scale(scaler, encodeSpecies(penguin))),
    );
    const best = chances.map((each) => each.indexOf(Math.max(...each)));
    return [
      column(
        'species',
        'BYTES',
        best.map((at) => speciesNames[at]),
      ),
      column(
        'probability',
        'FP64',
        best.map((at, row) => chances[row][at]),
      ),
    ];
  };
});
