import { seedsThatShow } from '@nx-ml/core/compare';
import type { MetricComparison } from '@nx-ml/core/compare';
import type { MethodSide, SidesCompared } from '@nx-ml/core/usecases/compare';

import { changeRows } from './change-rows.js';
import { alignColumns } from './columns.js';
import { countText } from './quantities.js';
import { shownName } from './shown-name.js';

/** What to know of a comparison, and what to do next: a paragraph each. */
export function compareNotes(compared: SidesCompared): readonly (readonly string[])[] {
  const { a, b, project } = compared;
  return [
    [...sideNotes('A', a, project), ...sideNotes('B', b, project)],
    evaluationNotes(compared),
    metricNotes(compared),
    seedNotes(compared),
  ];
}

/** How a side was found, where that is not plain. */
function sideNotes(side: string, { group, found }: MethodSide, project: string): readonly string[] {
  if (found.by === 'params' && found.others.length > 0)
    return [
      `${side}: ${countText(found.others.length + 1, 'set', 'sets')} of runs have ${shownName(found.asked)}; this is the ${group.current ? 'one that the workspace stands at' : 'newest'}. ` +
        `Name another by its id: ${found.others.slice(0, 5).join(', ')}${found.others.length > 5 ? `, ... (nx-ml runs ${project})` : ''}.`,
    ];
  if (found.by !== 'commit' || found.exact) return [];
  const where = found.ranAt === undefined ? 'outside of git' : `at ${short(found.ranAt)}`;
  const changed = found.dirty ? ', with changes that were not committed' : '';
  return [
    `${side}: no runs are known of just what ${shownName(found.revision)} (${short(found.commit)}) holds. These were made ${where}${changed}.`,
  ];
}

function short(commit: string): string {
  return commit.slice(0, 7);
}

function evaluationNotes({ evaluationChanges, project }: SidesCompared): readonly string[] {
  if (evaluationChanges.length === 0) return [];
  return [
    'The sides were not evaluated alike, so more than the methods may make the difference:',
    ...alignColumns(changeRows(evaluationChanges), '   '),
    `Evaluate both by the same: at each commit, or after taking over the same evaluation, nx run ${project}:evaluate.`,
  ];
}

function metricNotes({ methods, project, a, b }: SidesCompared): readonly string[] {
  const count = methods.metrics.filter(isJudged).length;
  const [first] = methods.undirected;
  const sides = `${a.group.id} ${b.group.id}`;
  return [
    ...(count < 2
      ? []
      : [
          `${String(count)} metrics, each judged at 5% by itself: the more there are, the likelier one comes out by chance.`,
          'Choose the one that counts before you look: --metric.',
        ]),
    ...oneSided('A', methods.oneSided.a, 'B', project),
    ...oneSided('B', methods.oneSided.b, 'A', project),
    ...(first === undefined
      ? []
      : [
          `Left out, since their names do not say which way is better: ${namesText(methods.undirected)}.`,
          `nx-ml compare ${project} ${sides} --metric ${shownName(first)} --better higher compares one.`,
        ]),
  ];
}

function oneSided(side: string, names: readonly string[], other: string, project: string): readonly string[] {
  return names.length === 0
    ? []
    : [
        `Of ${side} alone: ${namesText(names)}. If ${other} is not evaluated yet: nx run ${project}:evaluate, where it stands.`,
      ];
}

function namesText(names: readonly string[]): string {
  return `${names.slice(0, 10).map(shownName).join(', ')}${names.length > 10 ? ', ...' : ''}`;
}

function isJudged({ seeds, folds }: MetricComparison): boolean {
  const answers = [seeds?.answer, folds?.answer];
  return answers.some((answer) => answer === 'matters' || answer === 'better' || answer === 'not-shown');
}

function seedNotes({ seedsToShow, mlYaml, methods }: SidesCompared): readonly string[] {
  if (seedsToShow !== undefined)
    return [
      `${String(seedsToShow.length)} seeds show a method that wins on three of four about 5 times of 6. Under train: in ${mlYaml}, for both sides:`,
      `   seeds: [${seedsToShow.join(', ')}]`,
      'What was trained already is not trained again.',
    ];
  const enough = methods.metrics.some(
    ({ seeds }) => seeds?.answer === 'not-shown' && !seeds.alike && seeds.seeds.length >= seedsThatShow(),
  );
  return enough
    ? [
        'So many seeds would most likely have shown a method that wins on three of four: what there is of a difference is less than that.',
      ]
    : [];
}
