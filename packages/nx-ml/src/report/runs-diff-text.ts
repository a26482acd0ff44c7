import type { RunComparison } from '@nx-ml/core/usecases/explain';
import type { RunGroup } from '@nx-ml/core/usecases/records';

import { changeRows } from './change-rows.js';
import { alignColumns } from './columns.js';
import { agoText, durationText, signedText } from './quantities.js';
import { commitText, metricNames, metricText, seedsText } from './runs-table.js';

/** Two runs side by side. @param now milliseconds since the epoch. */
export function runsDiffText({ before, after, changes }: RunComparison, now: number): string {
  const both = [before, after] as const;
  const facts = [
    ['', ...both.map(({ id, ref }) => `${ref.project} ${id}`)],
    ['when', ...both.map(({ at }) => agoText(at, now))],
    ['commit', ...both.map(commitText)],
    ['seeds', ...both.map(seedsText)],
    ['took', ...both.map(({ durationMs }) => durationText(durationMs))],
  ];
  const metrics = metricNames(both).map((name) => metricRow(name, before, after));
  const lines = [
    ...alignColumns([...facts, ...metrics]),
    '',
    ...(changes.length === 0
      ? ['Nothing that their keys are made of differs but seeds.']
      : alignColumns(changeRows(changes))),
  ];
  return `${lines.join('\n')}\n`;
}

function metricRow(name: string, before: RunGroup, after: RunGroup): readonly string[] {
  const [a, b] = [before.metrics[name], after.metrics[name]];
  const difference = a === undefined || b === undefined ? '' : signedText(b.mean - a.mean);
  return [name, metricText(a), metricText(b), difference];
}
