import type { FoldComparison, FoldTest, FoldsCompared } from '@nx-ml/core/compare';

import { alignColumns } from './columns.js';
import { countText, groupedText, numberText, pText, signedText } from './quantities.js';

/** One metric over the folds of a cross-validation of each side. @param seed whose folds they are. */
export function foldsLines(name: string, folds: FoldComparison, seed: number | null): readonly string[] {
  if (folds.answer === 'folds-differ')
    return [
      `${name} by folds: no claim. The sides were not split alike: ${alone('A', folds.onlyA)}${alone('B', folds.onlyB)}no fold of one can be paired with its like.`,
    ];
  const { test, p, meanA, meanB, differences } = folds;
  const mean = differences.reduce((sum, value) => sum + value / differences.length, 0);
  return [
    `${name} by ${foldsText(folds)}${seed === null ? '' : ` of seed ${String(seed)}`}: ${answerText(folds)}`,
    ...alignColumns(
      [
        [testName(test), pText(p), testText(test)],
        ['mean B − A', signedText(mean), `A ${numberText(meanA)}, B ${numberText(meanB)}`],
      ],
      '   ',
    ),
    `   ${plainText(folds)}`,
  ];
}

function alone(side: string, folds: readonly string[]): string {
  return folds.length === 0 ? '' : `${countText(folds.length, 'fold')} of ${side} alone, `;
}

function foldsText({ folds, test }: FoldsCompared): string {
  return test.name === '5x2cv' ? '5 x 2 folds' : `${String(folds.length)} folds`;
}

function answerText({ winner }: FoldsCompared): string {
  return winner === null
    ? 'not shown. Neither side is shown to be better.'
    : `${winner === 'a' ? 'A' : 'B'} is better.`;
}

function testName(test: FoldTest): string {
  return test.name === '5x2cv' ? '5x2cv F test' : 'corrected t test';
}

function testText(test: FoldTest): string {
  if (test.name === '5x2cv')
    return test.tests.degenerate
      ? 'both folds of each repeat differ by the same: nothing to judge by'
      : `Alpaydin; Dietterich’s t test, which rests on one fold, ${pText(test.tests.tTwoSided)}`;
  if (test.t.degenerate) return 'all folds differ by the same: nothing to judge by';
  return `Nadeau and Bengio, ${groupedText(test.nTrain)} train, ${groupedText(test.nTest)} test`;
}

/** Where nothing can be judged the plain test says nothing either. */
function plainText({ naiveP, test }: FoldsCompared): string {
  const degenerate = test.name === '5x2cv' ? test.tests.degenerate : test.t.degenerate;
  const said = degenerate ? '' : `, here ${pText(naiveP)},`;
  return `Folds share their training data, so the plain t test${said} takes them for more than they are and claims too much.`;
}
