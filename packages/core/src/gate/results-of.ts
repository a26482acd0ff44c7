import type { NoSample, PairedSample, Sample } from '../evaluation/index.js';
import type { CriterionResult } from './criterion-result.js';
import type { Evidence } from './evidence.js';
import { evidenceFault } from './evidence-fault.js';
import type { Rates } from './examples.js';
import { cannotJudge, noScores } from './finding.js';
import type { Finding, Undefined } from './finding.js';
import type { Criterion, CriterionId, Gap, NonInferiority, Superiority } from './policy.js';
import { floorReached } from './tests/floor.js';
import { gapWithin } from './tests/gap.js';
import { nonInferiority } from './tests/non-inferiority.js';
import { superiority } from './tests/superiority.js';
import {
  valueFloor,
  valueIncrease,
  valueNonInferiority,
  valueRatio,
  valueSuperiority,
} from './tests/values.js';

export interface Judged {
  readonly result: CriterionResult;
  /** Why it cannot be judged; null where it can. */
  readonly why: string | null;
}

interface Given {
  /** That of this criterion. */
  readonly evidence: readonly Evidence[];
  readonly rates: Rates;
}

/** What came of a criterion, slice by slice. */
export function resultsOf(id: CriterionId, criterion: Criterion, given: Given): readonly Judged[] {
  if (given.evidence.length === 0) {
    const of = 'slice' in criterion && criterion.slice !== null ? ` of slice ${criterion.slice}` : '';
    return [judgedAs(id, criterion, { slice: null, finding: cannotJudge(`there is no example${of}`) })];
  }
  if (criterion.test === 'gap')
    return [judgedAs(id, criterion, { slice: null, finding: gapOf(criterion, given) })];
  return given.evidence.map(({ slice = null, sample }) =>
    judgedAs(id, criterion, { slice, finding: findingOf(criterion, sample, given.rates) }),
  );
}

function judgedAs(
  id: CriterionId,
  criterion: Criterion,
  { slice, finding }: { readonly slice: string | null; readonly finding: Finding | Undefined },
): Judged {
  const head = { id, slice, metric: criterion.metric, test: criterion.test, asked: askedOf(criterion) };
  if (finding.outcome !== 'undefined') return { result: { ...head, ...finding }, why: null };
  const nothing = { n: null, disagreement: null, smallest: null, requiredN: null, scores: noScores };
  return { result: { ...head, ...nothing, outcome: 'undefined', canShow: false }, why: finding.why };
}

function askedOf(criterion: Criterion): number {
  switch (criterion.test) {
    case 'superiority':
      return criterion.minEffect;
    case 'non-inferiority':
      return criterion.margin;
    case 'ratio':
      return criterion.maxRatio;
    case 'increase':
      return criterion.maxIncrease;
    case 'gap':
      return criterion.maxGap;
    case 'floor':
      return criterion.value;
  }
}

function findingOf(
  criterion: Exclude<Criterion, Gap>,
  sample: Sample | NoSample,
  rates: Rates,
): Finding | Undefined {
  if (sample.kind === 'none') return cannotJudge(sample.why);
  const broken = evidenceFault(sample);
  if (broken !== undefined) return cannotJudge(broken);
  switch (criterion.test) {
    case 'superiority':
    case 'non-inferiority':
      return comparisonOf(criterion, sample, rates);
    case 'ratio':
      return sample.kind === 'value' ? valueRatio(criterion, sample) : wrongSample(criterion);
    case 'increase':
      return sample.kind === 'value' ? valueIncrease(criterion, sample) : wrongSample(criterion);
    case 'floor':
      if (sample.kind === 'value') return valueFloor(criterion, sample);
      return isLevel(sample) ? floorReached(criterion, sample, rates) : wrongSample(criterion);
  }
}

function comparisonOf(
  criterion: Superiority | NonInferiority,
  sample: Sample,
  rates: Rates,
): Finding | Undefined {
  if (criterion.test === 'superiority') {
    if (sample.kind === 'value') return valueSuperiority(criterion, sample);
    return isPaired(sample) ? superiority(sample, rates, criterion.minEffect) : wrongSample(criterion);
  }
  if (sample.kind === 'value') return valueNonInferiority(criterion, sample);
  return isPaired(sample) ? nonInferiority(sample, rates, criterion.margin) : wrongSample(criterion);
}

function gapOf({ metric, maxGap }: Gap, { evidence, rates }: Given): Finding | Undefined {
  const levels = [];
  for (const { slice = '', sample } of evidence) {
    if (sample.kind === 'none') return cannotJudge(sample.why);
    const broken = evidenceFault(sample);
    if (broken !== undefined) return cannotJudge(`slice ${slice}: ${broken}`);
    if (!isLevel(sample))
      return cannotJudge(`${metric} has no value for each slice that could be compared with another's`);
    levels.push({ slice, sample });
  }
  return gapWithin(levels, rates, maxGap);
}

export function isPaired(sample: Sample | NoSample): sample is PairedSample {
  return ['binary', 'mean', 'auc', 'table'].includes(sample.kind);
}

function isLevel(sample: Sample): sample is Extract<Sample, { kind: 'proportion' | 'level' }> {
  return sample.kind === 'proportion' || sample.kind === 'level';
}

function wrongSample({ metric, test }: Criterion): Undefined {
  return cannotJudge(`${metric} cannot be judged by a test of ${test}`);
}
