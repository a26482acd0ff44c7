import { isNone, measuredOf } from '../../evaluation/index.js';
import type { Rows } from '../../evaluation/index.js';
import type { JsonValue } from '../../kernel/index.js';
import { plainText } from '../plain-text.js';
import type { PlottedAnswers } from './curves.js';
import type { Plot, Series } from './plot.js';

/** More classes are a table that nobody reads. */
const mostClasses = 12;
/** Points of a cloud. */
const mostPoints = 400;

/** How often each class was taken for each: of what is told of the newer model. */
export function confusionPlot({ evaluation, rows }: PlottedAnswers): Plot | undefined {
  const table = evaluation.classes;
  if (isNone(table) || !table.looksLikeClasses || table.prediction === undefined) return undefined;
  const { label, prediction, labels } = table;
  const order = classesIn([label, prediction], rows, labels);
  if (order === undefined) return undefined;
  const counts = order.map(() => order.map(() => 0));
  for (const row of rows) {
    const line = counts[order.indexOf(label[row] ?? -1)];
    const at = order.indexOf(prediction[row] ?? -1);
    if (line !== undefined) line[at] = (line[at] ?? 0) + 1;
  }
  return {
    kind: 'confusion',
    classes: distinct(order.map((code) => classText(table.classes[code]))),
    counts,
  };
}

/** Classes by rising label; undefined where a row has none, or there are too few or too many. */
function classesIn(
  sides: readonly Int32Array[],
  rows: Rows,
  labels: readonly number[],
): readonly number[] | undefined {
  const codes = new Set<number>();
  for (const row of rows) for (const side of sides) codes.add(side[row] ?? -1);
  if (codes.has(-1) || codes.size < 2 || codes.size > mostClasses) return undefined;
  return [...codes].sort((a, b) => rankOf(labels, a) - rankOf(labels, b) || a - b);
}

function classText(value: JsonValue | undefined): string {
  return plainText(typeof value === 'object' ? JSON.stringify(value) : String(value), 30);
}

/** A class that is answered and never a label comes last. */
function rankOf(labels: readonly number[], code: number): number {
  const at = labels.indexOf(code);
  return at === -1 ? labels.length : at;
}

/** `1` and `"1"` are two classes of one look. */
function distinct(names: readonly string[]): readonly string[] {
  const seen = new Map<string, number>();
  return names.map((name) => {
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    return times === 1 ? name : `${name} (${String(times)})`;
  });
}

/** How far off the answers are, by what was answered; every k-th example where there are many. */
export function residualPlot(models: readonly PlottedAnswers[]): Plot | undefined {
  const series: Series[] = [];
  let left = 0;
  for (const { of, evaluation, rows } of models) {
    const { classes, examples } = evaluation;
    if (!isNone(classes) && classes.looksLikeClasses) continue;
    const [labels, answers] = [measuredOf(examples.label, rows), measuredOf(examples.prediction, rows)];
    if (labels === undefined || answers === undefined || labels.length === 0) continue;
    const step = Math.ceil(labels.length / mostPoints);
    const points: [number, number][] = [];
    for (let row = 0; row < labels.length; row += step) {
      const answer = answers[row] ?? 0;
      points.push([round(answer), round(answer - (labels[row] ?? 0))]);
    }
    if (of === 'now') left = labels.length - points.length;
    series.push({ of, points });
  }
  return series.some(({ of }) => of === 'now') ? { kind: 'residuals', left, series } : undefined;
}

function round(value: number): number {
  return Number(value.toPrecision(6));
}
