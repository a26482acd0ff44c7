import { requireList, requireNumbers, requireSameLength } from './arguments.js';
import type { Numbers } from './arguments.js';
import { momentsOf } from './moments.js';

/**
 * The parameter-free Ladder of Blum and Hardt (2015, figure 2): a leaderboard that shows a new score only if it is
 * better than the best so far by a standard error of the paired difference, rounded to 1/n, and else the last one
 * again. Guards a public leaderboard; the gate's budget is stricter, and speaks of error rates.
 *
 * @param input.losses for each submission, in order, its loss on every example; the same n examples, at least 2.
 * @returns what is shown after each submission.
 * @throws ERR_ML_STATISTICS_INVALID for no submission, fewer than 2 examples, different lengths, and losses that are
 * not finite.
 */
export function ladder({ losses }: { readonly losses: readonly Numbers[] }): {
  readonly released: readonly number[];
} {
  requireList('losses', losses, 1);
  const n = losses[0]?.length ?? 0;
  losses.forEach((row: Numbers, index) => {
    requireNumbers(`losses[${String(index)}]`, row, 2);
    requireSameLength(`losses[${String(index)}]`, row.length, n);
  });
  let best: Numbers = losses[0] ?? [];
  let shown = rounded(momentsOf(best).mean, n);
  return {
    released: losses.map((submission: Numbers) => {
      const { mean } = momentsOf(submission);
      const { sd } = momentsOf(submission.map((loss: number, index: number) => loss - (best[index] ?? 0)));
      if (mean < shown - sd / Math.sqrt(n)) {
        best = submission;
        shown = rounded(mean, n);
      }
      return shown;
    }),
  };
}

function rounded(loss: number, n: number): number {
  const steps = Math.round(loss * n);
  return Number.isFinite(steps) ? steps / n : loss;
}
