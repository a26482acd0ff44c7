import { shortDigest } from '@nx-ml/core/kernel';
import type { Verdict, VerdictCriterion } from '@nx-ml/core/gate';

import { alignColumns } from './columns.js';
import { askedText, outcomeText } from './gate-criterion-text.js';
import { budgetText, mendLines } from './gate-mend-text.js';
import { stateWords } from './gate-words.js';
import { countText } from './quantities.js';

/** A verdict in words, before it is laid out. */
export interface VerdictWords {
  readonly head: string;
  /** Three cells each: role, what is asked, what came of it. */
  readonly rows: readonly (readonly string[])[];
  /** Why it is what it is, and what to do. */
  readonly lines: readonly string[];
}

export function verdictWords(verdict: Verdict): VerdictWords {
  const rows = verdict.criteria.map((item, index) => [
    roleOf(item, verdict.criteria[index - 1]),
    askedText(item, verdict.policy),
    outcomeText(item),
  ]);
  return {
    head: headLine(verdict),
    rows: [...rows, ['budget', budgetText(verdict), '']],
    lines: [...mendLines(verdict), ...worseLines(verdict), ...closing(verdict)],
  };
}

/** A verdict for people: the answer first, what was asked below it, the mend last. */
export function verdictText(verdict: Verdict): string {
  const { head, rows, lines } = verdictWords(verdict);
  return [
    head,
    '',
    ...alignColumns(rows, '  '),
    ...(lines.length === 0 ? [] : ['', ...lines.map((line) => `  ${line}`)]),
    '',
  ].join('\n');
}

/** The answer in one line, for logs of many tasks: `inconclusive: 1,200 examples cannot show ...`. */
export function verdictLine(verdict: Verdict): string {
  const [first] = mendLines(verdict);
  return first === undefined ? verdict.state : `${verdict.state}: ${first}`;
}

function headLine(verdict: Verdict): string {
  const { state, project, read, budget } = verdict;
  const against = read.baseline === null ? '' : ` against champion ${shortDigest(read.baseline)}`;
  const n = examplesOf(verdict);
  const on = [
    ...(budget === null ? [] : [budget.testSet]),
    ...(n === null ? [] : [budget === null ? countText(n, 'example') : `(${countText(n, 'example')})`]),
  ].join(' ');
  return `${stateWords[state]}  ${project} ${shortDigest(read.candidate)}${against}${on === '' ? '' : ` on ${on}`}`;
}

/** Of all examples, not of slices. */
function examplesOf({ criteria }: Verdict): number | null {
  return criteria.find(({ slice, n }) => slice === null && n !== null)?.n ?? null;
}

/** `primary`, `guardrails`, `floors`: named at its first row. */
function roleOf({ id }: VerdictCriterion, before: VerdictCriterion | undefined): string {
  const [role = id] = id.split('[');
  return before?.id.startsWith(role) === true ? '' : role;
}

function worseLines({ worse, policy }: Verdict): readonly string[] {
  if (worse.length === 0) return [];
  const names = worse.slice(0, 10).map(({ slice }) => slice);
  const rest = worse.length - names.length;
  const more = rest > 0 ? ` and ${countText(rest, 'other')}` : '';
  return [
    `Worse than the baseline, beyond chance at ${String(policy.alpha)} over all slices: ${names.join(', ')}${more}.`,
  ];
}

function closing({ state, policy, budget, project, reasons }: Verdict): readonly string[] {
  if (reasons.some(({ code }) => code === 'accepted')) return [];
  if (state === 'pass')
    return [
      `nx-ml gate accept ${project} makes it the accepted model; nx run ${project}:promote packages it first, where ml.yaml has "package:".`,
    ];
  if (reasons.some(({ code }) => code === 'underpowered'))
    return [
      `nx-ml gate plan ${project} shows the trade-offs.${policy.disclosure === 'bit' && budget !== null ? ' Scores stay hidden so that the test set stays honest.' : ''}`,
    ];
  return [];
}
