import { judge } from '../../libs/metrics/index.mjs';
import { encode, scale, speciesNames } from '../../libs/penguin-features/index.mjs';
import { probabilities } from './logistic.mjs';

export const encodeSpecies = (penguin) => encode(penguin, 'species');

/** What a model { scaler, coefficients } says about one penguin, beside the truth; sliced by island. */
export function predict({ scaler, coefficients }, penguin) {
  const chances = probabilities(coefficients, scale(scaler, encodeSpecies(penguin)));
  const example = { id: penguin.id, slice: penguin.island, label: penguin.species };
  return judge(example, Object.fromEntries(speciesNames.map((name, i) => [name, chances[i]])));
}
