import type { SeedComparison } from '@nx-ml/core/compare';

import { alignColumns } from './columns.js';
import { countText, intervalText, numberText, pText, signedText } from './quantities.js';

/** One metric over paired seeds: the answer, the numbers that it rests on, and what is odd about them. */
export function seedsLines(name: string, seeds: SeedComparison): readonly string[] {
  return [
    `${name}: ${answerText(seeds)}`,
    ...alignColumns([...probabilityRows(seeds), ...meanRows(seeds)], '   '),
    ...[...oddities(seeds), ...leftOut(seeds)].map((line) => `   ${line}`),
  ];
}

function answerText({ answer, winner, seeds }: SeedComparison): string {
  const side = winner === 'a' ? 'A' : 'B';
  switch (answer) {
    case 'matters':
      return `${side} is better, and by enough to matter.`;
    case 'better':
      return `${side} is better, but not shown to matter.`;
    case 'not-shown':
      return 'not shown. Neither side is shown to be better.';
    case 'too-few':
      return `no claim. The sides share ${countText(seeds.length, 'seed')}, and fewer than 3 tell nothing.`;
    case 'no-chance':
      return `no claim. On both sides every seed gives the same, so ${countText(seeds.length, 'run')} tell no more than one.`;
  }
}

function probabilityRows({ probability, wins, seeds, signP }: SeedComparison): readonly string[][] {
  if (probability === null) return [];
  const { value, lower, upper } = probability;
  const ties = wins.ties === 0 ? '' : `, ${countText(wins.ties, 'tie')}`;
  const counts = `B is better on ${String(wins.b)} of ${String(seeds.length)} seeds, A on ${String(wins.a)}${ties}`;
  // Drawn again from seeds that all went one way, every sample is the same; that is no certainty.
  const interval =
    lower === upper ? 'no interval' : `95% interval ${lower.toFixed(2)} to ${upper.toFixed(2)}`;
  return [['P(B beats A)', value.toFixed(2), interval, `${counts}; sign test ${pText(signP)}`]];
}

function meanRows({ meanA, meanB, difference }: SeedComparison): readonly string[][] {
  if (meanA === null || meanB === null) return [];
  const interval = difference === null ? '' : intervalText(difference.lower, difference.upper);
  const means = `A ${numberText(meanA)}, B ${numberText(meanB)}`;
  return [['mean B − A', signedText(difference?.mean ?? meanB - meanA), interval, means]];
}

function oddities({
  answer,
  constant,
  alike,
  probability,
  signP,
  winner,
}: SeedComparison): readonly string[] {
  if (alike)
    return [
      'On every seed both sides give the same: what differs between them changes nothing that this metric measures.',
    ];
  if (answer === 'no-chance')
    return [
      'A method without chance needs no seeds: whether this model is better than that one is a question for the gate.',
    ];
  const still = constant.a ? 'A' : constant.b ? 'B' : undefined;
  const intervalAlone =
    winner === null &&
    probability !== null &&
    signP > 0.05 &&
    (probability.lower > 0.5 || probability.upper < 0.5);
  return [
    ...(still === undefined
      ? []
      : [
          `Every seed of ${still} gives the same: its seeds change nothing. Without chance on either side a gate is the right question.`,
        ]),
    ...(intervalAlone
      ? [
          'The interval, drawn from so few seeds, is too narrow to go by; the sign test, which is exact, does not show it.',
        ]
      : []),
  ];
}

function leftOut({ onlyA, onlyB }: SeedComparison): readonly string[] {
  const sides = [
    ['A', onlyA],
    ['B', onlyB],
  ] as const;
  const texts = sides.flatMap(([side, seeds]) =>
    seeds.length === 0 ? [] : [`${seedList(seeds)} of ${side}`],
  );
  return texts.length === 0 ? [] : [`Left out, since the other side lacks them: ${texts.join(', ')}.`];
}

const listed = 10;

function seedList(seeds: readonly number[]): string {
  if (seeds.length > listed) return countText(seeds.length, 'seed');
  return `${seeds.length === 1 ? 'seed' : 'seeds'} ${seeds.join(', ')}`;
}
