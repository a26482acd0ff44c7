import type { JsonValue } from '@nx-ml/core/kernel';
import type { RunComparison } from '@nx-ml/core/usecases/explain';
import type { RunGroup } from '@nx-ml/core/usecases/records';

import { metricNames, paramNames, paramsOf } from './runs-table.js';

/** All runs as one document. Times in milliseconds. */
export function runsJson(groups: readonly RunGroup[]): unknown {
  return { formatVersion: 1, runs: groups.map(groupJson) };
}

export function runsDiffJson({ before, after, changes }: RunComparison): unknown {
  return { formatVersion: 1, before: groupJson(before), after: groupJson(after), changes };
}

function groupJson({ ref, id, at, revision, durationMs, metrics, current, runs }: RunGroup): unknown {
  return {
    id,
    project: ref.project,
    step: ref.step,
    at,
    revision,
    current,
    durationMs,
    metrics,
    params: runs[0]?.document.params ?? {},
    seeds: runs.map(({ seed, key, record, result }) => ({
      seed,
      key,
      startedAt: record.startedAt,
      durationMs: record.durationMs,
      host: record.host,
      platform: record.platform,
      metrics: result.metrics,
      outputs: result.outputs,
    })),
  };
}

/** All runs as comma-separated values (RFC 4180): a line a group, a column a metric and a parameter. */
export function runsCsv(groups: readonly RunGroup[]): string {
  const [metrics, params] = [metricNames(groups), paramNames(groups)];
  const head = [
    ...['run', 'at', 'commit', 'branch', 'dirty', 'current', 'seeds', 'duration_ms'],
    ...metrics.flatMap((name) => [name, `${name} std`]),
    ...params.map((name) => `param ${name}`),
  ];
  const rows = groups.map((group) => [
    group.id,
    group.at,
    group.revision?.commit,
    group.revision?.branch,
    group.revision?.dirty,
    group.current,
    group.runs.flatMap(({ seed }) => seed ?? []).join(' '),
    group.durationMs,
    ...metrics.flatMap((name) => [group.metrics[name]?.mean, group.metrics[name]?.std ?? undefined]),
    ...params.map((name) => paramsOf(group)[name]),
  ]);
  return [head, ...rows].map((row) => `${row.map(csvCell).join(',')}\r\n`).join('');
}

function csvCell(value: JsonValue | undefined): string {
  if (value === undefined) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  // A spreadsheet would run a text that begins like a formula.
  const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
