import { shortened } from '../../kernel/index.js';
import type { Digest } from '../../kernel/index.js';
import type { RunReport } from './report-document.js';

/** UTF-16 code units. */
const mostWhy = 1000;

/** Why nothing can be told; it may name an id. */
export function shownWhy(why: string): string {
  return shortened(why, mostWhy);
}

/** A run of which nothing can be told. */
export function emptyRunReport(
  seed: number | null,
  { predictions, why }: { readonly predictions: Digest | null; readonly why: string },
): RunReport {
  const examples = { test: 0, free: 0, behaviour: 0 };
  return {
    seed,
    predictions,
    why: shownWhy(why),
    examples,
    measures: [],
    slices: [],
    slicesLeftOut: 0,
    behaviour: [],
  };
}
