import type { JsonObject, JsonValue } from '../../kernel/index.js';
import type { Plot, Series } from './plot.js';

/** Draws a Vega-Lite specification as SVG: the same bytes for the same specification, no font or clock of the machine in them. */
export interface Charts {
  svg(spec: JsonObject): Promise<string>;
}

/** Colours by the page's style sheet, so that a drawing follows day and night; standing alone it has those of the day. */
const ink = 'var(--fg, #1f2328)';
const grid = 'var(--grid, #e2e6ea)';
const one = 'var(--one, #0a56b5)';
const two = 'var(--two, #b3470a)';

const config: JsonObject = {
  background: 'transparent',
  font: 'sans-serif',
  view: { stroke: grid },
  axis: {
    labelColor: ink,
    titleColor: ink,
    titleFontWeight: 'normal',
    gridColor: grid,
    domainColor: ink,
    tickColor: ink,
    labelFontSize: 11,
    titleFontSize: 12,
  },
  legend: { labelColor: ink, titleColor: ink, labelFontSize: 11, orient: 'top', title: null },
};

const size = { width: 260, height: 220 } as const;

/** A plot as Vega-Lite. Data are values only: no text of a workspace is a field, an expression or an address. */
export function chartSpec(plot: Plot): JsonObject {
  const common = { $schema: 'https://vega.github.io/schema/vega-lite/v6.json', config, ...size };
  switch (plot.kind) {
    case 'roc':
      return {
        ...common,
        layer: [diagonal(), lines(plot.series, ['false alarms', 'found'], 'linear')],
      };
    case 'precision-recall':
      return { ...common, layer: [lines(plot.series, ['found', 'right of those'], 'linear')] };
    case 'calibration':
      return {
        ...common,
        layer: [diagonal(), lines(plot.series, ['mean score', 'share in truth'], 'linear', true)],
      };
    case 'confusion':
      return { ...common, width: { step: 44 }, height: { step: 32 }, ...confusion(plot) };
    case 'residuals':
      return { ...common, layer: [level(), cloud(plot.series)] };
  }
}

function unitAxis(field: string, title: string): JsonObject {
  return {
    field,
    type: 'quantitative',
    title,
    scale: { domain: [0, 1] },
    axis: { values: [0, 0.25, 0.5, 0.75, 1], format: '.0%' },
  };
}

/** Told apart by more than the colour, which not everybody sees; both in one legend, where there are two. */
function told(
  series: readonly Series[],
  other: string,
  ranges: Readonly<Record<Series['of'], JsonValue>>,
): JsonObject {
  const sides = series.map(({ of }) => of);
  const channel = (values: Readonly<Record<Series['of'], JsonValue>>): JsonObject => ({
    field: 'of',
    type: 'nominal',
    scale: { domain: sides, range: sides.map((of) => values[of]) },
    legend: sides.length < 2 ? null : { title: null },
  });
  return { color: channel({ now: one, before: two }), [other]: channel(ranges) };
}

function lines(
  series: readonly Series[],
  [x, y]: readonly [string, string],
  interpolate: string,
  point = false,
): JsonObject {
  return {
    data: { values: valuesOf(series) },
    mark: { type: 'line', interpolate, strokeWidth: 2, ...(point ? { point: { size: 30 } } : {}) },
    encoding: {
      x: unitAxis('x', x),
      y: unitAxis('y', y),
      order: { field: 'i', type: 'quantitative' },
      ...told(series, 'strokeDash', { now: [1, 0], before: [5, 3] }),
    },
  };
}

function cloud(series: readonly Series[]): JsonObject {
  return {
    data: { values: valuesOf(series) },
    mark: { type: 'point', filled: true, size: 18, opacity: 0.6 },
    encoding: {
      x: { field: 'x', type: 'quantitative', title: 'answer', scale: { zero: false } },
      y: { field: 'y', type: 'quantitative', title: 'answer − label' },
      ...told(series, 'shape', { now: 'circle', before: 'triangle-up' }),
    },
  };
}

function valuesOf(series: readonly Series[]): JsonValue[] {
  return series.flatMap(({ of, points }) => points.map(([x, y], i) => ({ of, x, y, i })));
}

/** Chance, or a score that is true. */
function diagonal(): JsonObject {
  return {
    data: {
      values: [
        { x: 0, y: 0 },
        { x: 1, y: 1 },
      ],
    },
    mark: { type: 'line', strokeDash: [2, 3], strokeWidth: 1, color: ink, opacity: 0.6 },
    encoding: { x: unitAxis('x', ''), y: unitAxis('y', '') },
  };
}

function level(): JsonObject {
  return {
    data: { values: [{ y: 0 }] },
    mark: { type: 'rule', strokeDash: [2, 3], color: ink },
    encoding: { y: { field: 'y', type: 'quantitative' } },
  };
}

function confusion({ classes, counts }: Extract<Plot, { kind: 'confusion' }>): JsonObject {
  const values = counts.flatMap((line, label) => {
    const sum = line.reduce((total, count) => total + count, 0);
    return line.map((count, answer) => ({
      label: classes[label] ?? '',
      answer: classes[answer] ?? '',
      count,
      share: sum === 0 ? 0 : Number((count / sum).toPrecision(6)),
    }));
  });
  const axis = (field: string, title: string): JsonObject => ({
    field,
    type: 'nominal',
    sort: null,
    title,
    scale: { domain: [...classes] },
    axis: {
      labelLimit: 90,
      ...(field === 'answer' ? { labelAngle: classes.length > 3 ? -40 : 0, orient: 'bottom' } : {}),
    },
  });
  return {
    data: { values },
    encoding: { x: axis('answer', 'answer'), y: axis('label', 'label') },
    layer: [
      {
        mark: { type: 'rect', color: one, stroke: grid },
        encoding: {
          opacity: {
            field: 'share',
            type: 'quantitative',
            scale: { domain: [0, 1], range: [0, 0.45] },
            legend: null,
          },
        },
      },
      {
        mark: { type: 'text', color: ink, fontSize: 12 },
        encoding: { text: { field: 'count', type: 'quantitative' } },
      },
    ],
  };
}
