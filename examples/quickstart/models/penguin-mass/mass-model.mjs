import { encode, scale } from '../../libs/penguin-features/index.mjs';
import { applyRidge } from './ridge.mjs';

export const encodeMass = (penguin) => encode(penguin, 'bodyMassG');

/** What a model { scaler, ridge } says about one penguin, beside the truth; in grams, the loss in grams squared. */
export function predict({ scaler, ridge }, penguin) {
  const prediction = applyRidge(ridge, scale(scaler, encodeMass(penguin)));
  const { id, species: slice, bodyMassG: label } = penguin;
  return { id, slice, label, prediction, loss: (prediction - label) ** 2 };
}
