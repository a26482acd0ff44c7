import { chartSpec, named, plotText, strong } from '@nx-ml/core/report';
import type { Charts, FigureBlock, Line, Page, TableBlock } from '@nx-ml/core/report';
import type { Prices } from '@nx-ml/core/savings';
import type { ModelReport } from '@nx-ml/core/usecases/report';

import { stateWords } from './gate-words.js';
import {
  differenceText,
  directionText,
  gateText,
  measuredText,
  spentText,
  stateText,
} from './model-words.js';
import { modelSection } from './model-section.js';
import { foremost } from './evaluation-text.js';
import { countText } from './quantities.js';
import { totals } from './report-totals.js';

export interface PageContext {
  readonly prices: Prices | undefined;
  /** Without it nothing is drawn: where drawings cannot be shown they cost time alone. */
  readonly charts: Charts | undefined;
  /** What is checked out: `main@8d02ab1`. */
  readonly head: string | undefined;
  /** Models that no machine reported on. */
  readonly missing: readonly string[];
}

/** Each takes a twentieth of a second, and nobody looks at more; of the others the numbers stand there. */
const mostDrawn = 100;

/** Names at first sight. */
const shownMissing = 20;

/** Worst news first. */
const order: readonly ModelReport['state'][] = ['broken', 'changed', 'new', 'unmade', 'same'];

/** A report on the models of a workspace, for people. */
export async function reportPage(models: readonly ModelReport[], context: PageContext): Promise<Page> {
  const told = models.filter(({ state }) => state !== 'same').sort((a, b) => rank(a) - rank(b));
  const sections = [];
  let drawn = 0;
  for (const [index, model] of told.entries()) {
    const figures = await figuresOf(model, drawn < mostDrawn ? context.charts : undefined);
    drawn += figures.length;
    sections.push(
      modelSection(model, { anchor: `model-${String(index + 1)}`, prices: context.prices, figures }),
    );
  }
  return {
    title: titleOf(models, context.missing.length),
    lead: [...missingLine(context.missing), ...leadOf(models, context.prices)],
    overview: told.length === 0 ? undefined : overviewOf(told),
    sections,
    foot: [
      [
        `nx-ml report${context.head === undefined ? '' : ` at ${context.head}`}. Intervals hold 95%; better and worse are said where the interval of the difference, on the same examples, leaves out 0.`,
      ],
    ],
  };
}

/** A gate that says no comes before a model that changed. */
function rank(model: ModelReport): number {
  const judged = model.verdict?.state === 'fail' || model.verdict?.state === 'invalid' ? 0 : 1;
  return order.indexOf(model.state) * 2 + judged;
}

async function figuresOf(
  { plots }: ModelReport,
  charts: Charts | undefined,
): Promise<readonly FigureBlock[]> {
  const figures: FigureBlock[] = [];
  for (const plot of plots)
    figures.push({ kind: 'figure', ...plotText(plot), svg: await charts?.svg(chartSpec(plot)) });
  return figures;
}

function titleOf(models: readonly ModelReport[], missing: number): string {
  const of = (state: ModelReport['state']): number => models.filter((model) => model.state === state).length;
  const parts = [
    ...(of('broken') > 0 ? [`${String(of('broken'))} broken`] : []),
    ...(of('changed') > 0 ? [`${String(of('changed'))} changed`] : []),
    ...(of('new') > 0 ? [`${String(of('new'))} new`] : []),
    ...(of('unmade') > 0
      ? [`${String(of('unmade'))} not trained as ${of('unmade') === 1 ? 'it is' : 'they are'}`]
      : []),
    ...(missing > 0 ? [`${String(missing)} not reported on`] : []),
  ];
  if (models.length + missing === 0) return 'Models: there are none';
  const same = of('same');
  if (parts.length === 0) return `Models: none of ${String(models.length)} changed`;
  return `Models: ${parts.join(', ')}${same > 0 ? `, ${String(same)} unchanged` : ''}`;
}

/** Nobody shall take what is not told for what did not change. */
function missingLine(missing: readonly string[]): readonly Line[] {
  if (missing.length === 0) return [];
  const told = missing
    .slice(0, shownMissing)
    .flatMap((name, index): Line => [...(index === 0 ? [] : [', ']), named(name)]);
  const rest = missing.length - shownMissing;
  return [
    [
      strong('Not reported on:'),
      ' ',
      ...told,
      ...(rest > 0 ? [` and ${countText(rest, 'more', 'more')}`] : []),
      '. The machine that had to was cancelled, or failed before it could tell anything.',
    ],
  ];
}

function leadOf(models: readonly ModelReport[], prices: Prices | undefined): readonly Line[] {
  const { made, kept } = totals(models);
  const costs = [
    ...(made.ms > 0 ? [`What changed was made in ${spentText(made, prices)}`] : []),
    ...(kept.ms > 0
      ? [`what did not change, and was not made again, took ${spentText(kept, prices)} when it was`]
      : []),
  ];
  return [
    ...gatesLine(models),
    ...worseLine(models),
    ...(costs.length === 0 ? [] : [[`${capital(costs.join('; '))}.`]]),
  ];
}

function gatesLine(models: readonly ModelReport[]): readonly Line[] {
  const judged = models.filter(({ state, policy }) => policy !== undefined && state !== 'same');
  if (judged.length === 0) return [];
  const counts = (['fail', 'invalid', 'inconclusive', 'pass'] as const).flatMap((state) => {
    const n = judged.filter(({ verdict }) => verdict?.state === state).length;
    return n === 0 ? [] : [`${String(n)} ${stateWords[state]}`];
  });
  const left = judged.filter(({ verdict }) => verdict === undefined).length;
  return [
    [strong('Gates:'), ' ', [...counts, ...(left > 0 ? [`${String(left)} not judged`] : [])].join(', ')],
  ];
}

function worseLine(models: readonly ModelReport[]): readonly Line[] {
  const worse = models.flatMap(({ project, movement }) =>
    (movement?.slices ?? [])
      .filter(({ moved, difference }) => moved && difference.gain < 0)
      .map(({ slice }) => ({ project, slice })),
  );
  if (worse.length === 0) return [];
  const told = worse
    .slice(0, 5)
    .flatMap(({ project, slice }, index): Line => [
      ...(index === 0 ? [] : [', ']),
      named(slice),
      ' of ',
      named(project),
    ]);
  return [
    [
      strong('Worse beyond chance:'),
      ' ',
      ...told,
      ...(worse.length > 5 ? [` and ${countText(worse.length - 5, 'more slice')}`] : []),
    ],
  ];
}

function capital(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

function overviewOf(models: readonly ModelReport[]): TableBlock {
  return {
    kind: 'table',
    caption: 'Models that are not what they were',
    head: ['model', 'state', 'measure', 'before', 'now', 'difference', 'which is', 'gate'],
    rows: models.map((model): Line[] => {
      const move = foremostMove(model);
      return [
        [named(model.project)],
        [stateText[model.state]],
        move === undefined ? [] : [named(move.name)],
        [move?.before === undefined ? '' : measuredText(move.before)],
        [move?.now === undefined ? '' : measuredText(move.now)],
        [move === undefined ? '' : differenceText(move)],
        [directionText(move?.difference)],
        [gateText(model)],
      ];
    }),
    numeric: [3, 4, 5],
  };
}

/** What the gate asks first, if that may be told; else what says most. */
function foremostMove({ movement, policy }: ModelReport) {
  const measures = movement?.measures ?? [];
  const asked = policy === undefined ? [] : [policy.primary.metric];
  return (
    [...asked, ...foremost]
      .map((name) => measures.find((one) => one.name === name))
      .find((one) => one !== undefined) ?? measures[0]
  );
}
