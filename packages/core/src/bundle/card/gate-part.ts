import type { Verdict, VerdictCriterion } from '../../gate/index.js';
import { shortDigest } from '../../kernel/index.js';
import { markdownLine } from '../../report/markdown-text.js';
import type { Line } from '../../report/page.js';
import { named } from '../../report/page.js';
import type { GateFacts } from './card-facts.js';
import { numberText, tableText } from './table-text.js';

/** What the gate said of the model, in words. */
export function gateParts(facts: GateFacts): readonly string[] {
  switch (facts.state) {
    case 'none':
      return ['No gate judged it: ml.yaml asks for none.'];
    case 'unjudged':
      return ['**It was not judged**: the gate has no answer on this model.'];
    case 'overridden':
      return [
        '**It did not pass its gate** and was let through by hand: the registry says by whom and why.',
        ...(facts.verdict === undefined ? [] : verdictParts(facts.verdict)),
      ];
    case 'passed':
      return [passedText(facts.verdict), ...(facts.verdict === undefined ? [] : verdictParts(facts.verdict))];
  }
}

function passedText(verdict: Verdict | undefined): string {
  if (verdict === undefined) return 'It passed its gate.';
  const { read, budget, alpha } = verdict;
  const against =
    read.baseline === null
      ? 'It passed its gate as the first model: nothing was there to compare it with.'
      : `It passed its gate against the model ${shortDigest(read.baseline)}.`;
  const level = alpha === null ? '' : ` Each test at the level ${numberText(alpha)}`;
  const step =
    budget === null
      ? ', with no guarantee over repeated use of the test set.'
      : `, at step ${String(budget.step)} of ${String(budget.steps)} of the test set ${budget.testSet}.`;
  return markdownLine([`${against}${level === '' ? '' : `${level}${step}`}`]);
}

function verdictParts({ criteria }: Verdict): readonly string[] {
  if (criteria.length === 0) return [];
  return [
    tableText(
      ['criterion', 'measure', 'asked', 'outcome', 'this model', 'the one before', 'examples'],
      criteria.map(rowOf),
    ),
  ];
}

function rowOf({ id, metric, slice, test, asked, outcome, scores, n }: VerdictCriterion): readonly Line[] {
  const value = (score: number | null): Line => [score === null ? '' : numberText(score)];
  return [
    [named(id)],
    [`${metric}${slice === null ? '' : ` of ${slice}`}`],
    [`${test} ${numberText(asked)}`],
    [outcome],
    value(scores.candidate ?? (test === 'floor' ? scores.estimate : null)),
    value(scores.baseline),
    [n === null ? '' : String(n)],
  ];
}
