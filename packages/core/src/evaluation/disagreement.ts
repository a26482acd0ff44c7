import { canonicalJson } from '../kernel/index.js';
import { valueAt } from './columns.js';
import type { Values } from './columns.js';
import type { Evaluation } from './evaluation.js';
import type { Examples } from './examples.js';
import type { Pairs } from './pair-examples.js';
import type { PairedSample } from './sample.js';

interface Sides {
  readonly candidate: Evaluation;
  readonly baseline: Evaluation;
  readonly pairs: Pairs;
}

/**
 * How often the two answer differently: by their predictions, else their scores, which need no label. Where neither is there, by
 * `differing`, the share of examples whose outcome differs, and that tells something of the labels.
 */
export function disagreementOf(
  { candidate, baseline, pairs }: Sides,
  differing: number,
): PairedSample['disagreement'] {
  const differs = answersDiffer(candidate.examples, baseline.examples);
  if (differs === undefined) return { share: differing, labelFree: false };
  let count = 0;
  pairs.candidate.forEach((row, index) => {
    if (differs(row, pairs.baseline[index] ?? -1)) count += 1;
  });
  return { share: pairs.candidate.length === 0 ? 0 : count / pairs.candidate.length, labelFree: true };
}

type Differs = (row: number, other: number) => boolean;

function answersDiffer(own: Examples, other: Examples): Differs | undefined {
  if (own.prediction !== undefined && other.prediction !== undefined)
    return predictionsDiffer(own.prediction, other.prediction);
  if (own.score?.kind === 'single' && other.score?.kind === 'single')
    return numbersDiffer(own.score.values, other.score.values);
  if (own.score?.kind !== 'classes' || other.score?.kind !== 'classes') return undefined;
  const [top, squares] = [
    numbersDiffer(own.score.top, other.score.top),
    numbersDiffer(own.score.squares, other.score.squares),
  ];
  return (row, partner) => top(row, partner) || squares(row, partner);
}

function numbersDiffer(own: Float64Array, other: Float64Array): Differs {
  return (row, partner) => own[row] !== other[partner];
}

function predictionsDiffer(own: Values, other: Values): Differs {
  if (own.kind === 'numbers' && other.kind === 'numbers') return numbersDiffer(own.numbers, other.numbers);
  if (own.kind === 'numbers' || other.kind === 'numbers')
    return (row, partner) => canonicalJson(valueAt(own, row)) !== canonicalJson(valueAt(other, partner));
  const codeOf = new Map(own.values.map((value, code) => [canonicalJson(value), code]));
  const shared = other.values.map((value) => codeOf.get(canonicalJson(value)) ?? -1);
  return (row, partner) => own.codes[row] !== shared[other.codes[partner] ?? -1];
}
