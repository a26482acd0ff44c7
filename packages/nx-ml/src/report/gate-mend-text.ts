import { isLabelFree } from '@nx-ml/core/gate';
import type { Reason, Verdict, VerdictCriterion } from '@nx-ml/core/gate';

import {
  effectText,
  enoughEffect,
  enoughExamples,
  examplesText,
  levelText,
  percentText,
  valueText,
} from './gate-words.js';
import { countText, groupedText } from './quantities.js';

/** Criteria that are told one by one before the rest is counted. */
const told = 5;

/** Why a verdict is what it is, and what to do: a line each. */
export function mendLines(verdict: Verdict): readonly string[] {
  const short = verdict.reasons.filter(({ code }) => code === 'underpowered');
  const others = verdict.reasons.filter(({ code }) => code !== 'underpowered');
  const more = short.length - told;
  return [
    ...others.flatMap((reason) => reasonLines(reason, verdict)),
    ...short.slice(0, told).map((reason) => underpoweredLine(reason, verdict)),
    ...(more > 0 ? [`${countText(more, 'more criterion', 'more criteria')} could not be told either.`] : []),
  ];
}

function underpoweredLine(reason: Reason, verdict: Verdict): string {
  const item = verdict.criteria.find(({ id, slice }) => id === reason.criterion && slice === reason.slice);
  if (item?.n === undefined || item.n === null) return `${reason.criterion ?? ''} could not be shown.`;
  const { n, requiredN } = item;
  const cannot = `${countText(n, 'example')}${ofSlice(item)} cannot show ${whatText(item)}${atBudget(verdict)}`;
  if (requiredN === null) return `${cannot}, and no number would. ${unreachableMend(item)}`;
  const label = `label ${groupedText(enoughExamples(requiredN) - n)} more`;
  return `${cannot}; ${examplesText(requiredN)} would: ${label}${otherMend(item)}.`;
}

function ofSlice({ slice, test }: VerdictCriterion): string {
  if (test === 'gap') return ' of the smallest slice';
  return slice === null ? '' : ` of ${slice}`;
}

function atBudget({ budget }: Verdict): string {
  return budget === null ? '' : ' at this budget';
}

function whatText({ test, metric, asked }: VerdictCriterion): string {
  switch (test) {
    case 'superiority':
      return `a gain of ${effectText(metric, asked)} in ${metric}`;
    case 'non-inferiority':
      return `that ${metric} is not worse by ${effectText(metric, asked)}`;
    case 'gap':
      return `that ${metric} is alike within ${effectText(metric, asked)}`;
    case 'floor':
      return `${metric} of ${valueText(metric, asked)}`;
    case 'ratio':
    case 'increase':
      return metric;
  }
}

const keyOf: Partial<Record<VerdictCriterion['test'], string>> = {
  superiority: 'minEffect',
  'non-inferiority': 'margin',
  gap: 'maxGap',
};

function otherMend({ test, metric, smallest }: VerdictCriterion): string {
  const key = keyOf[test];
  if (key === undefined || smallest === null) return '';
  return `, or raise ${key} to ${effectText(metric, enoughEffect(metric, smallest))}`;
}

function unreachableMend({ disagreement, asked, test, metric }: VerdictCriterion): string {
  if (test === 'superiority' && disagreement !== null && disagreement < asked)
    return `The two models differ on ${percentText(disagreement)} of them, so that they cannot be ${effectText(metric, asked)} apart.`;
  return 'Take a budget of fewer steps or promotions for the next test set, or ask for less.';
}

const plain: Partial<Record<Reason['code'], readonly string[]>> = {
  control: [
    'Candidates made of nothing but chance passed too: the gate itself is broken, and no answer of it counts.',
    'Please report it as a bug, with the test that the primary criterion asks for.',
  ],
  'nothing-asked': [
    'There is no accepted model to compare with, and no floor to reach: nothing was tested. Add `floors` to ask for something.',
  ],
  worse: ['A slice got worse, beyond chance: more examples would not mend that.'],
  accepted: ['It is the accepted model: there is nothing to decide, and nothing was asked.'],
  'first-model': ['There is no accepted model to compare with: floors alone decided.'],
};

function reasonLines(reason: Reason, verdict: Verdict): readonly string[] {
  const { code, what } = reason;
  const own = linesOf[code];
  return own === undefined ? (plain[code] ?? [what ?? code]) : own(reason, verdict);
}

const linesOf: Partial<Record<Reason['code'], (reason: Reason, verdict: Verdict) => readonly string[]>> = {
  missed: (reason, verdict) => [missedLine(reason, verdict)],
  'not-shown': (_, verdict) => [notShownLine(verdict)],
  budget: ({ what }, verdict) => budgetLines(what ?? '', verdict),
  journal: ({ what }, verdict) => journalLines(what ?? '', verdict),
  undefined: ({ criterion, slice, what }) => [
    `${placeText(criterion, slice)}${what ?? 'it cannot be judged'}`,
  ],
};

/** `primary: `, `floors[0] (lang=de): `; nothing for what is no criterion's. */
function placeText(criterion: string | null, slice: string | null): string {
  if (criterion === null) return '';
  return `${criterion}${slice === null ? '' : ` (${slice})`}: `;
}

/** Without the journal nobody knows what the test set was asked, so that it answers nothing. */
function journalLines(what: string, { project }: Verdict): readonly string[] {
  const record = recordLines[what];
  if (record !== undefined)
    return [
      record,
      `Another candidate is another question. nx-ml gate override ${project} lets this one through, with a reason.`,
    ];
  const found: Readonly<Record<string, string>> = {
    gone: 'The journal of the test set was there, and is gone.',
    shorter: 'Entries at the end of the journal of the test set are missing.',
    other: 'The journal of the test set is another one than was seen before.',
  };
  return [
    found[what] ?? `The journal of the test set cannot be read: ${what}`,
    'Restore it from a copy of the store or the remote; if it is lost, take new examples under a new name (gate: testSet:).',
  ];
}

const recordLines: Readonly<Record<string, string>> = {
  'answer-differs':
    'The answer on record is not what judging again comes to, so it counts as none: whoever can write to the journal may have written it.',
  'judgement-differs':
    'The answer on record was given by another version of nx-ml, whose judgement this one does not come to: that one can tell it again.',
};

function missedLine({ criterion, slice }: Reason, { criteria }: Verdict): string {
  const item = criteria.find((other) => other.id === criterion && other.slice === slice);
  if (item === undefined) return `${criterion ?? ''} was missed.`;
  const value = item.scores.candidate === null ? '' : ` is ${valueText(item.metric, item.scores.candidate)}`;
  const free = isLabelFree(item.metric) ? ', which no label is needed for' : '';
  return `${item.metric}${value} and misses its limit${free}.`;
}

function notShownLine({ budget, policy }: Verdict): string {
  const held = 'The examples could have shown what was asked for, and did not.';
  if (budget?.step === undefined || budget.step === null) return held;
  const left = budget.steps - budget.step;
  const next =
    left === 0
      ? 'This was the last step of the test set.'
      : `${countText(left, 'step is', 'steps are')} left for another candidate.`;
  const hidden = policy.disclosure === 'bit' ? ' Which criterion it was stays hidden.' : '';
  return `${held}${hidden} ${next}`;
}

const renew = 'nx-ml gate retire takes it out of use; then name a new one.';

function budgetLines(code: string, { budget }: Verdict): readonly string[] {
  const name = budget?.testSet ?? 'the test set';
  switch (code) {
    case 'steps-used':
      return [`${name} has answered all of its ${countText(budget?.steps ?? 0, 'question')}: ${renew}`];
    case 'promotions-used':
      return [
        `${name} has promoted ${countText(budget?.maxPromotions ?? 1, 'model')}, which is what its budget allows: ${renew}`,
      ];
    case 'retired':
      return [`These very examples of ${name} were retired and cannot answer again. Label new ones.`];
    case 'budget-differs':
      return [
        `ml.yaml says another budget or disclosure than the one that ${name} was opened with, which stands. Write it back, or retire the test set.`,
      ];
    default:
      return [code];
  }
}

/** `step 7 of 100, promotion 0 of 1, alpha 0.0005 a step`. */
export function budgetText({ budget, alpha, policy }: Verdict): string {
  if (budget === null && policy.budget !== null) return 'nothing was asked, and no step was taken';
  if (budget === null)
    return `none: this is a plain test at alpha ${levelText(alpha ?? 0)}, which guarantees nothing when it is repeated`;
  const step = budget.step === null ? 'no step taken' : `step ${String(budget.step)}`;
  const level = alpha === null ? '' : `, alpha ${levelText(alpha)} a step`;
  return `${step} of ${groupedText(budget.steps)}, promotion ${String(budget.promotions)} of ${String(budget.maxPromotions)}${level}`;
}
