import { isNone, none } from './evaluation.js';
import type { Evaluation } from './evaluation.js';
import { combinationsOf } from './combinations.js';
import { disagreementOf } from './disagreement.js';
import { areFinite, groupsOf, influences, valueOf } from './level.js';
import { addTo, emptyConfusion, ratioOf } from './measures/class-ratios.js';
import type { AucTerms, Measure, MeanTerms, RatioTerms, Terms } from './measures/measure.js';
import type { Pairs } from './pair-examples.js';
import type { BinarySample, NoSample, PairedSample, ValueSample } from './sample.js';

export interface PairedInput {
  readonly candidate: Evaluation;
  readonly baseline: Evaluation;
  readonly pairs: Pairs;
}

/** What a comparison by this measure is judged on. */
export function sampleOf(measure: Measure, input: PairedInput): PairedSample | ValueSample | NoSample {
  const { candidate, baseline, pairs } = input;
  const own = measure.terms(candidate, pairs.candidate);
  if (isNone(own)) return none(`${measure.name} of the candidate: ${own.why}`);
  const other = measure.terms(baseline, pairs.baseline);
  if (isNone(other)) return none(`${measure.name} of the baseline: ${other.why}`);
  return (
    pairedSample(measure, own, other, input) ?? none(`${measure.name} is of another kind for the baseline`)
  );
}

function pairedSample(
  measure: Measure,
  own: Terms,
  other: Terms,
  input: PairedInput,
): PairedSample | ValueSample | NoSample | undefined {
  switch (own.kind) {
    case 'value':
      return other.kind === own.kind
        ? { kind: 'value', candidate: own.value, baseline: other.value }
        : undefined;
    case 'proportion':
      return other.kind === own.kind ? binarySample(own.right, other.right, input) : undefined;
    case 'mean':
      return other.kind === own.kind ? meanSample(measure, own, other, input) : undefined;
    case 'auc':
      return other.kind === own.kind ? areaSample(measure, own, other, input) : undefined;
    case 'table':
      return other.kind === own.kind ? ratioSample(measure, own, other, input) : undefined;
  }
}

function areaSample(measure: Measure, own: AucTerms, other: AucTerms, input: PairedInput): PairedSample {
  return groupedSample(measure, own, other, input) ?? aucSample(own, other, input);
}

function ratioSample(measure: Measure, own: RatioTerms, other: RatioTerms, input: PairedInput): PairedSample {
  return groupedSample(measure, own, other, input) ?? tableSample(own, other, input);
}

/**
 * Where examples come in groups, a measure that is no mean is told by its linear approximation, example by example, so that whole groups can be tested: neither DeLong's
 * variance nor resampled counts know of groups, and they would be far too sure.
 */
function groupedSample(
  measure: Measure,
  own: AucTerms | RatioTerms,
  other: AucTerms | RatioTerms,
  input: PairedInput,
): PairedSample | undefined {
  const groups = groupsOf(input.candidate, input.pairs.candidate);
  if (groups === undefined) return undefined;
  const sign = measure.better === 'higher' ? 1 : -1;
  const [a, b] = [influences(own), influences(other)];
  const differences = a.map((value, index) => sign * (value - (b[index] ?? NaN)));
  const differing =
    differences.reduce((count, value) => count + (value === 0 ? 0 : 1), 0) / differences.length;
  return {
    kind: 'mean',
    n: differences.length,
    disagreement: disagreementOf(input, differing),
    differences,
    groups,
    candidateMean: valueOf(own),
    baselineMean: valueOf(other),
  };
}

function binarySample(own: Uint8Array, other: Uint8Array, input: PairedInput): BinarySample {
  let [candidateOnly, baselineOnly, bothRight] = [0, 0, 0];
  const groups = groupsOf(input.candidate, input.pairs.candidate);
  const groupWins = groups && new Int32Array(groups.reduce((most, group) => Math.max(most, group), -1) + 1);
  for (let index = 0; index < own.length; index++) {
    const [a, b] = [own[index] ?? 0, other[index] ?? 0];
    candidateOnly += a & (1 - b);
    baselineOnly += b & (1 - a);
    bothRight += a & b;
    const group = groups?.[index];
    if (groupWins !== undefined && group !== undefined) groupWins[group] = (groupWins[group] ?? 0) + a - b;
  }
  const differing = (candidateOnly + baselineOnly) / own.length;
  return {
    kind: 'binary',
    n: own.length,
    disagreement: disagreementOf(input, differing),
    candidateOnly,
    baselineOnly,
    bothRight,
    ...(groupWins === undefined ? {} : { groupWins }),
  };
}

function meanSample(
  measure: Measure,
  own: MeanTerms,
  other: MeanTerms,
  input: PairedInput,
): PairedSample | NoSample {
  if (own.values.length !== other.values.length) return none('the two have other queries');
  const differences = pairedDifferences(measure, own, other);
  if (!areFinite(differences) || !areFinite(Float64Array.of(valueOf(own), valueOf(other))))
    return none(`${measure.name} leaves the range of a double`);
  const groups = own.units === undefined ? groupsOf(input.candidate, input.pairs.candidate) : undefined;
  const differing =
    differences.reduce((count, value) => count + (value === 0 ? 0 : 1), 0) / differences.length;
  return {
    kind: 'mean',
    n: differences.length,
    // Of queries the answers are orders, which differ where scores do: what differs in value is told instead.
    disagreement:
      own.units === undefined ? disagreementOf(input, differing) : { share: differing, labelFree: false },
    differences,
    ...(groups === undefined ? {} : { groups }),
    candidateMean: valueOf(own),
    baselineMean: valueOf(other),
  };
}

/**
 * Example by example how much better the candidate is; the mean is the gain exactly. For rmse that is
 * `(b^2 - c^2) / (rmse_b + rmse_c)` and for r2 `(b^2 - c^2) / variance of the label`: exchanging the two models changes nothing but the sign.
 */
function pairedDifferences(measure: Measure, own: MeanTerms, other: MeanTerms): Float64Array {
  if (own.squares === undefined || other.squares === undefined) {
    const [better, worse] =
      measure.better === 'higher' ? [own.values, other.values] : [other.values, own.values];
    return better.map((value, index) => value - (worse[index] ?? NaN));
  }
  const { over, errors } = own.squares;
  const others = other.squares.errors;
  const scale = over === 'root' ? valueOf(own) + valueOf(other) : over;
  return errors.map((error, index) => (scale === 0 ? 0 : ((others[index] ?? NaN) - error) / scale));
}

function aucSample(own: AucTerms, other: AucTerms, input: PairedInput): PairedSample {
  const differing = own.scores.reduce(
    (count, score, index) => count + (score === other.scores[index] ? 0 : 1),
    0,
  );
  return {
    kind: 'auc',
    n: own.labels.length,
    disagreement: disagreementOf(input, differing / own.labels.length),
    labels: own.labels,
    candidateScores: own.scores,
    baselineScores: other.scores,
  };
}

/** Combinations of label and both answers, each with the number of examples that have it. */
function tableSample(own: RatioTerms, other: RatioTerms, input: PairedInput): PairedSample {
  const { keys, all, exchanged } = combinationsOf(own, other);
  const valueUnder =
    (side: 'candidate' | 'baseline') =>
    (counts: Float64Array): number => {
      const confusion = emptyConfusion(keys.length);
      all.forEach(({ label, [side]: answer }, index) => {
        addTo(confusion, { label, answer, times: counts[index] ?? 0 });
      });
      return ratioOf(confusion, { keys, ratio: own.ratio });
    };
  const [candidate, baseline] = [valueUnder('candidate'), valueUnder('baseline')];
  const counts = Float64Array.from(all, ({ times }) => times);
  const differing = all.reduce((sum, one) => sum + (one.candidate === one.baseline ? 0 : one.times), 0);
  return {
    kind: 'table',
    n: own.label.length,
    disagreement: disagreementOf(input, differing / own.label.length),
    counts,
    exchanged,
    gain: (resampled) => candidate(resampled) - baseline(resampled),
    candidate: candidate(counts),
    baseline: baseline(counts),
  };
}
