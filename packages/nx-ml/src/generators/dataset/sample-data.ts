/** Rows of the sample: few enough for git and for a quick look, enough to tell a model from a guess. */
const rows = 600;

/** How much each column says about the label; the last one says nothing, as in life. */
const weights = [1.6, -1.2, 0.8, 0];

/**
 * A made-up table, the same bytes on every machine: `id`, four numeric columns and a `label` that depends on the first
 * three and on chance, so that a good model is right about nine times in ten and none is always right.
 */
export function sampleCsv(): string {
  const random = uniform(2026);
  const lines = Array.from({ length: rows }, (_, index) => {
    const features = weights.map(() => Math.round(bell(random) * 1000) / 1000);
    const score = features.reduce((sum, x, k) => sum + x * (weights[k] ?? 0), 0) + 0.6 * bell(random);
    const id = `row-${String(index + 1).padStart(4, '0')}`;
    return [id, ...features.map((x) => x.toFixed(3)), score > 0 ? 'yes' : 'no'].join(',');
  });
  return `id,x1,x2,x3,x4,label\n${lines.join('\n')}\n`;
}

/** Nearly normal, mean 0, spread 1. Sums of twelve uniform draws need no function that engines round differently. */
function bell(random: () => number): number {
  return Array.from({ length: 12 }, random).reduce((sum, x) => sum + x, -6);
}

/** A linear congruential generator with the constants of Numerical Recipes; uniform over [0, 1). */
function uniform(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
