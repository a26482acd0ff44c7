import { segmentName } from '@nx-ml/core/evaluation';
import type { WeakSegment } from '@nx-ml/core/evaluation';
import { named, strong, text } from '@nx-ml/core/report';
import type { Block, FigureBlock, Line, Section, TableBlock } from '@nx-ml/core/report';
import type { Prices } from '@nx-ml/core/savings';
import type { ModelReport } from '@nx-ml/core/usecases/report';

import { changeRows } from './change-rows.js';
import {
  baseText,
  differenceText,
  directionText,
  gateText,
  measuredText,
  shortText,
  sliceText,
  spentText,
  stateText,
} from './model-words.js';
import { foremost } from './evaluation-text.js';
import { countText } from './quantities.js';
import { spentOn } from './report-totals.js';
import { verdictWords } from './verdict-text.js';

export interface SectionContext {
  readonly anchor: string;
  readonly prices: Prices | undefined;
  /** Drawings, in the order of the model's plots. */
  readonly figures: readonly FigureBlock[];
}

/** Measures that are shown at first sight. */
const shownMeasures = 6;
const shownSlices = 10;

/** All that is told of one model. */
export function modelSection(model: ModelReport, context: SectionContext): Section {
  const gate = gateText(model);
  return {
    anchor: context.anchor,
    title: [named(model.project), ` ${stateText[model.state]}${gate === '' ? '' : `, gate: ${gate}`}`],
    blocks: [
      ...introBlocks(model),
      ...gateBlocks(model),
      ...measureBlocks(model),
      ...sliceBlocks(model),
      ...weakBlocks(model),
      ...changeBlocks(model),
      ...timeBlocks(model, context.prices),
    ],
    more: [
      ...folded('All measures', allMeasures(model)),
      ...folded('Written to metrics.json by its own code', ownMetrics(model)),
      ...folded('Plots', context.figures),
    ],
  };
}

function folded(title: string, blocks: readonly Block[]): Section['more'] {
  return blocks.length === 0 ? [] : [{ title, blocks }];
}

function introBlocks(model: ModelReport): readonly Block[] {
  const { error, state, noFigures, sealed } = model;
  return [
    ...besideBlocks(model),
    ...(error === undefined ? [] : [text(strong('It cannot run:'), ` ${error.message} ${error.fix}`)]),
    ...missingBlocks(model),
    ...(noFigures === undefined ? [] : [text(`There are no figures: ${noFigures}.`)]),
    ...(sealed && state !== 'unmade' && state !== 'broken' ? [text(sealedText(model))] : []),
  ];
}

function besideBlocks({ base, baseError, state }: ModelReport): readonly Block[] {
  if (base !== undefined) return [text(baseText(base))];
  if (baseError !== undefined) return [text(`What it was cannot be told: ${baseError.message}.`)];
  return state === 'new' ? [text('There is no model to put it beside.')] : [];
}

function missingBlocks({ state, steps }: ModelReport): readonly Block[] {
  const missing = steps.filter((step) => step.state === 'run' || step.state === 'waits');
  if (state !== 'unmade' || missing.length === 0) return [];
  return [text(`Not run for the workspace as it is: ${missing.map(({ ref }) => ref.step).join(', ')}.`)];
}

function sealedText({ figures }: ModelReport): string {
  const free = figures?.examples.free ?? 0;
  const told =
    free === 0
      ? 'Nothing else of its answers is told'
      : `Figures are of ${countText(free, 'example')} of other splits`;
  return `The gate keeps the test set sealed, so that it stays honest. ${told}.`;
}

function gateBlocks({ verdict, policy, project }: ModelReport): readonly Block[] {
  if (policy === undefined) return [];
  if (verdict === undefined)
    return [text('Its gate did not judge this model: ', named(`nx run ${project}:gate`), ' does.')];
  const { head, rows, lines } = verdictWords(verdict);
  return [
    text(strong('Gate:'), ` ${head}`),
    {
      kind: 'table',
      caption: 'What the gate asks, and what came of it',
      head: ['criterion', 'asked', 'outcome'],
      rows: rows.map((cells) => cells.map((cell): Line => [cell])),
      numeric: [],
    },
    ...(lines.length === 0 ? [] : [{ kind: 'list' as const, items: lines.map((line): Line => [line]) }]),
  ];
}

function measureBlocks(model: ModelReport): readonly Block[] {
  const { movement } = model;
  if (movement === undefined || movement.measures.length === 0) return [];
  const shown = firstMeasures(movement.measures.map(({ name }) => name));
  return [
    measureTable(model, shown),
    ...(movement.unpaired === undefined
      ? []
      : [text(`The two answered other examples, so that no difference is told: ${movement.unpaired}.`)]),
  ];
}

/** Those that say most, then the others; those of single classes are in the long list. */
function firstMeasures(names: readonly string[]): readonly string[] {
  const known = foremost.filter((name) => names.includes(name));
  const others = names.filter(
    (name) => !known.includes(name) && !/^(?:precision|recall|f1)\.(?!macro$)/.test(name),
  );
  return [...known, ...others].slice(0, shownMeasures);
}

function allMeasures(model: ModelReport): readonly Block[] {
  const measures = model.movement?.measures ?? [];
  return measures.length <= firstMeasures(measures.map(({ name }) => name)).length
    ? []
    : [
        measureTable(
          model,
          measures.map(({ name }) => name),
        ),
      ];
}

function measureTable({ movement, base, sealed }: ModelReport, names: readonly string[]): TableBlock {
  const moves = names.flatMap((name) => movement?.measures.find((one) => one.name === name) ?? []);
  const isBeside = base !== undefined;
  return {
    kind: 'table',
    caption: `Measures${sealed ? ' outside of the test set' : ''}, with 95% intervals, each by itself`,
    head: [
      'measure',
      ...(isBeside ? ['before'] : []),
      'now',
      ...(isBeside ? ['difference', 'which is'] : []),
    ],
    rows: moves.map((move): Line[] => [
      [named(move.name)],
      ...(isBeside ? [[measuredText(move.before)]] : []),
      [measuredText(move.now)],
      ...(isBeside ? [[differenceText(move)], [directionText(move.difference)]] : []),
    ]),
    numeric: isBeside ? [1, 2, 3] : [1],
  };
}

function sliceBlocks({ movement, base }: ModelReport): readonly Block[] {
  const slices = movement?.slices ?? [];
  if (slices.length === 0 || base === undefined) return [];
  const moved = slices.filter((slice) => slice.moved);
  const none = `Of ${countText(slices.length, 'slice')} none moved beyond chance (5% for all of them together, after Holm).`;
  if (moved.length === 0) return [text(none)];
  const told = [...moved].sort((a, b) => a.difference.gain - b.difference.gain).slice(0, shownSlices);
  return [
    {
      kind: 'table',
      caption: `Slices that moved beyond chance: ${String(moved.length)} of ${String(slices.length)} (5% for all of them together, after Holm)`,
      head: ['slice', 'examples', 'measure', 'before', 'now', 'which is'],
      rows: told.map((slice): Line[] => [
        [named(slice.slice)],
        [String(slice.n)],
        [named(slice.measure)],
        [shortText(slice.before)],
        [shortText(slice.now)],
        [sliceText(slice)],
      ]),
      numeric: [1, 3, 4],
    },
  ];
}

function weakBlocks({ figures, behaviour }: ModelReport): readonly Block[] {
  const weak = figures?.weak;
  const items = [
    ...(weak?.found ?? []).slice(0, 5).map((found): Line => weakLine(found, weak?.by ?? '')),
    ...behaviour
      .filter(({ met }) => !met)
      .slice(0, shownSlices)
      .map((one): Line => [
        'Missed: behavioural test ',
        named(one.case),
        one.passed === null ? ` (${one.why ?? ''})` : ` ${String(one.passed)} of ${String(one.n)}`,
      ]),
  ];
  return items.length === 0 ? [] : [{ kind: 'list', items }];
}

function weakLine({ segment, inside, outside, n }: WeakSegment, by: string): Line {
  return [
    'Weak on ',
    named(segmentName(segment)),
    `: ${by} ${shortText(inside)} against ${shortText(outside)} elsewhere, on ${countText(n, 'example')}`,
  ];
}

function changeBlocks({ changes, base, state }: ModelReport): readonly Block[] {
  if (base === undefined || state === 'same') return [];
  if (changes === undefined)
    return [text('What changed since is not known here: the run that made that model is not remembered.')];
  if (changes.length === 0)
    return [text('Nothing that its training is made of changed; its evaluation did.')];
  return [
    {
      kind: 'table',
      caption: 'What its training is made of, and changed',
      head: ['kind', 'what', 'how', 'with'],
      rows: changeRows(changes).map(([what = '', name = '', how = '', news = '']): Line[] => [
        [what],
        [named(name)],
        [how],
        [news],
      ]),
      numeric: [],
    },
  ];
}

function ownMetrics({ own }: ModelReport): readonly Block[] {
  const names = [...new Set([...Object.keys(own?.before ?? {}), ...Object.keys(own?.now ?? {})])].sort();
  if (own === undefined || names.length === 0) return [];
  const told = (value: number | undefined): Line => [value === undefined ? '–' : shortText(value)];
  return [
    {
      kind: 'table',
      caption: 'Without intervals: nobody knows what they are made of',
      head: ['metric', 'before', 'now'],
      rows: names
        .slice(0, 100)
        .map((name): Line[] => [[named(name)], told(own.before[name]), told(own.now[name])]),
      numeric: [1, 2],
    },
  ];
}

function timeBlocks(model: ModelReport, prices: Prices | undefined): readonly Block[] {
  const spent = spentOn(model);
  return spent.ms === 0 ? [] : [text(`Made in ${spentText(spent, prices)}.`)];
}
