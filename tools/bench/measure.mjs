/** Median of a list of numbers. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * Times two things in turn, A B A B, so that a machine that slows down slows both. One warm-up each.
 * @returns {Promise<{a: number, b: number, ratio: number}>} medians in milliseconds, and the median of the pairwise ratios.
 */
export async function inTurn(runA, runB, rounds) {
  const time = async (run) => {
    const started = performance.now();
    await run();
    return performance.now() - started;
  };
  await runA();
  await runB();
  const pairs = [];
  for (let round = 0; round < rounds; round += 1) pairs.push([await time(runA), await time(runB)]);
  return {
    a: median(pairs.map(([a]) => a)),
    b: median(pairs.map(([, b]) => b)),
    ratio: median(pairs.map(([a, b]) => a / b)),
  };
}

export const ms = (value) => `${value.toFixed(0).padStart(7)} ms`;
