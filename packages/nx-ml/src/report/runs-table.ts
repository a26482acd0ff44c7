import type { MetricSummary } from '@nx-ml/core/documents';
import { canonicalJson, compareText } from '@nx-ml/core/kernel';
import type { JsonValue } from '@nx-ml/core/kernel';
import { flatten } from '@nx-ml/core/provenance';
import type { RunGroup } from '@nx-ml/core/usecases/records';

import { alignColumns } from './columns.js';
import { agoText, countText, durationText, numberText } from './quantities.js';

export interface RunsTableContext {
  readonly name: string;
  readonly limit: number;
  /** Also parameters that are the same in all runs. */
  readonly allParams: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Most metrics in a terminal; JSON and CSV have them all. */
const shownMetrics = 6;

/** Runs for people: a line each, with the parameters that differ. */
export function runsTable(groups: readonly RunGroup[], context: RunsTableContext): string {
  if (groups.length === 0)
    return `${context.name} has no runs in this workspace or its clones. nx run-many -t train evaluate makes the first.\n`;
  const shown = groups.slice(0, context.limit);
  const metrics = metricNames(groups).slice(0, shownMetrics);
  const params = context.allParams ? paramNames(groups) : differing(groups);
  const rows = shown.map((group) => [
    `${group.current ? '*' : ' '} ${group.id}`,
    agoText(group.at, context.now),
    commitText(group),
    ...metrics.map((name) => metricText(group.metrics[name])),
    ...params.map((name) => valueText(paramsOf(group)[name])),
    seedsText(group),
    durationText(group.durationMs),
  ]);
  const head = ['  run', 'when', 'commit', ...metrics, ...params, 'seeds', 'took'];
  const more = groups.length - shown.length;
  const lines = [
    ...alignColumns([head, ...rows]),
    ...(more > 0 ? [`  and ${countText(more, 'older run')}: --limit`] : []),
  ];
  return `${lines.join('\n')}\n`;
}

export interface SortOrder {
  /** A metric, a parameter or `duration`; undefined: newest first. */
  readonly by: string | undefined;
  readonly reverse: boolean;
}

/** Runs in another order: largest first, those without the value last. */
export function sortRuns(groups: readonly RunGroup[], { by, reverse }: SortOrder): readonly RunGroup[] {
  if (by === undefined) return reverse ? [...groups].reverse() : groups;
  const sign = reverse ? -1 : 1;
  return [...groups].sort((a, b) => {
    const [x, y] = [valueOf(a, by), valueOf(b, by)];
    if (x === undefined || y === undefined) return x === y ? 0 : x === undefined ? 1 : -1;
    return sign * compareValues(y, x);
  });
}

function compareValues(a: JsonValue, b: JsonValue): number {
  return typeof a === 'number' && typeof b === 'number' ? a - b : compareText(valueText(a), valueText(b));
}

/** What runs can be sorted by. */
sortRuns.names = (groups: readonly RunGroup[]): readonly string[] => [
  ...metricNames(groups),
  ...paramNames(groups),
  'duration',
];

function valueOf(group: RunGroup, name: string): JsonValue | undefined {
  if (name === 'duration') return group.durationMs;
  return group.metrics[name]?.mean ?? paramsOf(group)[name];
}

export function metricNames(groups: readonly RunGroup[]): readonly string[] {
  return [...new Set(groups.flatMap(({ metrics }) => Object.keys(metrics)))];
}

export function paramNames(groups: readonly RunGroup[]): readonly string[] {
  return [...new Set(groups.flatMap((group) => Object.keys(paramsOf(group))))];
}

export function paramsOf({ runs }: RunGroup): Readonly<Record<string, JsonValue>> {
  return flatten(runs[0]?.document.params ?? {});
}

function differing(groups: readonly RunGroup[]): readonly string[] {
  return paramNames(groups).filter(
    (name) => new Set(groups.map((group) => canonicalJson(paramsOf(group)[name] ?? null))).size > 1,
  );
}

export function metricText(summary: MetricSummary | undefined): string {
  if (summary === undefined) return '';
  const { mean, std } = summary;
  return `${numberText(mean)}${std === null ? '' : ` ± ${spread(std)}`}`;
}

/** Two digits are all that a spread over a few seeds can tell. */
function spread(std: number): string {
  return String(Number(std.toPrecision(2)));
}

function valueText(value: JsonValue | undefined): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

export function commitText({ revision }: RunGroup): string {
  if (revision === undefined) return '';
  return `${revision.branch ?? 'detached'}@${revision.commit.slice(0, 7)}${revision.dirty ? '+' : ''}`;
}

export function seedsText({ runs }: RunGroup): string {
  const seeds = runs.flatMap(({ seed }) => seed ?? []);
  return seeds.length > 4 ? countText(seeds.length, 'seed') : seeds.join(', ');
}
