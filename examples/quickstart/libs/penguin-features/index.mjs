const measures = ['beakLengthMm', 'beakDepthMm', 'flipperLengthMm', 'bodyMassG'];
const categories = {
  species: ['Adelie', 'Chinstrap', 'Gentoo'],
  island: ['Biscoe', 'Dream', 'Torgersen'],
  sex: ['female', 'male'],
};

export const speciesNames = categories.species;

/**
 * A penguin as numbers: its measures, then a 0 or 1 for each value of its categories.
 * The target is left out, so that no model is shown the answer.
 *
 * @param {'species' | 'bodyMassG'} target
 * @returns {number[]} of the same length and order for every penguin
 */
export function encode(penguin, target) {
  const numbers = measures.filter((name) => name !== target).map((name) => penguin[name]);
  const flags = Object.entries(categories)
    .filter(([name]) => name !== target)
    .flatMap(([name, values]) => oneHot(values, penguin[name]));
  return [...numbers, ...flags];
}

function oneHot(values, value) {
  if (!values.includes(value)) throw new Error(`expected one of ${values.join(', ')}, not ${value}`);
  return values.map((candidate) => Number(candidate === value));
}

/**
 * Centre and spread of each column. Learned from the training part alone and kept with the model:
 * statistics of other parts would leak what the model must not know.
 *
 * @param {number[][]} rows
 * @returns {{ centre: number, spread: number }[]} one a column
 */
export function fitScaler(rows) {
  return rows[0].map((_, column) => {
    const values = rows.map((row) => row[column]);
    const centre = mean(values);
    const spread = Math.sqrt(mean(values.map((value) => (value - centre) ** 2)));
    return { centre, spread: spread || 1 }; // a constant column becomes 0, not NaN
  });
}

export const scale = (scaler, row) => row.map((value, i) => (value - scaler[i].centre) / scaler[i].spread);

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
