import type { Measured, RunReport } from '../../evaluation/index.js';
import type { Line } from '../../report/page.js';
import { named } from '../../report/page.js';
import { markdownLine } from '../../report/markdown-text.js';
import type { EvaluationFacts } from './card-facts.js';
import { numberText, tableText } from './table-text.js';

/** What the model is worth, as far as it may be told. */
export function evaluationParts(facts: EvaluationFacts | undefined): readonly string[] {
  if (facts === undefined) return ['It was not evaluated.'];
  const { report, metrics, sealed } = facts;
  const parts = [
    ...(sealed
      ? ['The scores of the test set are not told here: they stay hidden until the gate passes.']
      : []),
    ...(report === undefined ? [] : reportParts(report)),
    ...(metrics === undefined || Object.keys(metrics).length === 0 ? [] : [metricsTable(metrics)]),
  ];
  return parts.length === 0 ? ['Nothing was measured.'] : parts;
}

function reportParts(report: RunReport): readonly string[] {
  if (report.measures.length === 0) return [];
  const all: readonly (readonly Line[])[] = report.measures.map((measured) => rowOf([], measured));
  const slices = report.slices.flatMap(({ key, value, measures }) =>
    measures.map((measured) => rowOf([named(`${key}=${String(value)}`)], measured)),
  );
  const left =
    report.slicesLeftOut > 0 ? [`${String(report.slicesLeftOut)} smaller slices are left out.`] : [];
  return [
    tableText(['slice', 'measure', 'value', '95% interval', 'examples'], [...all, ...slices]),
    ...left,
    ...weakest(report),
  ];
}

function rowOf(slice: Line, { name, value, interval, unit, n }: Measured): readonly Line[] {
  const range = interval === null ? '' : `${numberText(interval.lower)} to ${numberText(interval.upper)}`;
  return [
    slice.length === 0 ? ['all'] : slice,
    [name],
    [`${numberText(value)}${unit === undefined ? '' : ` ${unit}`}`],
    [range],
    [String(n)],
  ];
}

function weakest({ weak }: RunReport): readonly string[] {
  const [worst] = weak?.found ?? [];
  if (weak === undefined || worst === undefined) return [];
  const where = worst.segment.map(({ key, value }) => `${key}=${String(value)}`).join(', ');
  return [
    markdownLine([
      `Weakest where `,
      named(where),
      `: ${weak.by} ${numberText(worst.inside)} against ${numberText(worst.outside)} elsewhere, on ${String(worst.n)} examples.`,
    ]),
  ];
}

function metricsTable(metrics: Readonly<Record<string, number>>): string {
  const rows = Object.entries(metrics)
    .slice(0, 200)
    .map(([name, value]): readonly Line[] => [[named(name)], [numberText(value)]]);
  return tableText(['metric', 'value'], rows);
}
