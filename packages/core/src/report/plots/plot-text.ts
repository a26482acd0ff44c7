import type { Line, TableBlock } from '../page.js';
import type { Plot, Series } from './plot.js';

/** What a plot shows, in words and in few numbers. */
export interface PlotText {
  readonly title: string;
  readonly alt: string;
  readonly table: TableBlock;
}

export function plotText(plot: Plot): PlotText {
  switch (plot.kind) {
    case 'roc':
      return {
        title: 'ROC',
        alt: `the share of ${plot.positive} that is found, by the share of the others that is taken for it`,
        table: atLevels(plot.series, 'of others', 'found', {
          levels: [0.01, 0.05, 0.1, 0.2],
          isCeiling: true,
        }),
      };
    case 'precision-recall':
      return {
        title: 'Precision and recall',
        alt: `how much of what is taken for ${plot.positive} is right, by how much of it is found`,
        table: atLevels(plot.series, 'found', 'right of those', {
          levels: [0.5, 0.8, 0.9, 0.95],
          isCeiling: false,
        }),
      };
    case 'calibration':
      return {
        title: 'Calibration',
        alt: `the share of ${plot.positive} in truth, by the mean score of bins of a tenth; on the dotted line both are the same`,
        table: calibrationTable(plot.series),
      };
    case 'confusion':
      return {
        title: 'Confusion',
        alt: 'examples by label (lines) and answer (columns), of the model as it is now',
        table: confusionTable(plot),
      };
    case 'residuals':
      return {
        title: 'Residuals',
        alt: `how far off the answers are${plot.left > 0 ? `; ${String(plot.left)} more examples are not drawn` : ''}`,
        table: residualTable(plot.series),
      };
  }
}

interface Levels {
  readonly levels: readonly number[];
  /** The best y with x at most the level; else with x at least the level. */
  readonly isCeiling: boolean;
}

function atLevels(
  series: readonly Series[],
  x: string,
  y: string,
  { levels, isCeiling }: Levels,
): TableBlock {
  const ordered = beforeFirst(series);
  return {
    kind: 'table',
    caption: `${y}, by ${x}`,
    head: [x, ...ordered.map(({ of }) => `${y}, ${of}`)],
    rows: levels.map((level) => [
      [`${isCeiling ? 'at most' : 'at least'} ${percent(level)}`],
      ...ordered.map(({ points }): Line => {
        const within = points
          .filter(([at]) => (isCeiling ? at <= level : at >= level))
          .map(([, value]) => value);
        return [within.length === 0 ? '' : percent(Math.max(...within))];
      }),
    ]),
    numeric: ordered.map((_, index) => index + 1),
  };
}

function calibrationTable(series: readonly Series[]): TableBlock {
  return {
    kind: 'table',
    caption: 'Mean score and share in truth, by bins',
    head: ['model', 'mean score', 'share in truth'],
    rows: beforeFirst(series).flatMap(({ of, points }) =>
      points.map(([x, y]): Line[] => [[of], [percent(x)], [percent(y)]]),
    ),
    numeric: [1, 2],
  };
}

function confusionTable({ classes, counts }: Extract<Plot, { kind: 'confusion' }>): TableBlock {
  return {
    kind: 'table',
    caption: 'Examples by label and answer',
    head: ['label \\ answer', ...classes],
    rows: counts.map((line, index): Line[] => [
      [{ text: classes[index] ?? '', as: 'name' }],
      ...line.map((count): Line => [String(count)]),
    ]),
    numeric: classes.map((_, index) => index + 1),
  };
}

function residualTable(series: readonly Series[]): TableBlock {
  const shares = [0.05, 0.25, 0.5, 0.75, 0.95];
  return {
    kind: 'table',
    caption: 'Answer minus label: quantiles',
    head: ['model', ...shares.map(percent)],
    rows: beforeFirst(series).map(({ of, points }): Line[] => {
      const sorted = points.map(([, y]) => y).sort((a, b) => a - b);
      const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] ?? 0;
      return [[of], ...shares.map((share): Line => [String(Number(at(share).toPrecision(4)))])];
    }),
    numeric: shares.map((_, index) => index + 1),
  };
}

function beforeFirst(series: readonly Series[]): readonly Series[] {
  return [...series].sort((a, b) => (a.of === b.of ? 0 : a.of === 'before' ? -1 : 1));
}

function percent(share: number): string {
  return `${String(Number((share * 100).toFixed(1)))}%`;
}
