import type { DeployEntry } from '@nx-ml/core/deploy';
import { shortDigest } from '@nx-ml/core/kernel';
import type { Digest } from '@nx-ml/core/kernel';
import type { Drill, Place, RollbackResult } from '@nx-ml/core/usecases/deploy';

import { alignColumns } from './columns.js';
import { entryText } from './deploy-text.js';
import { agoText, groupedText } from './quantities.js';

/** What going back came to. */
export function rollbackText(
  { from, candidate, serving, took, entry }: RollbackResult,
  { service, environment }: Place,
): string {
  const where = `${service} in ${environment}`;
  const what =
    candidate !== undefined && from === serving
      ? `The candidate ${shortDigest(candidate)} is away: ${where} serves ${nameOf(serving)}`
      : `${where} is back at ${nameOf(serving)}, from ${nameOf(from)}`;
  return `${what}, in ${groupedText(Math.round(took))} ms.\n${entryText(entry, service)}\n`;
}

/** What a rehearsal measured. */
export function drillText({ to, recovery, took }: Drill, { service, environment }: Place): string {
  const whole = groupedText(Math.round(took));
  return `${service} in ${environment} could go back to ${shortDigest(to)}: ${groupedText(Math.round(recovery))} ms from the command to the first right answer.\nNothing was changed; the rehearsal took ${whole} ms.\n`;
}

/** The journal, one line for each attempt and what it came to. */
export function historyLines(
  entries: readonly DeployEntry[],
  { service, environment }: Place,
  now: number,
): string {
  if (entries.length === 0)
    return `Nothing was deployed of ${service} to ${environment} yet. nx run ${service}:deploy does.\n`;
  const rows = entries.map((entry, sequence) => [
    String(sequence),
    agoText(entry.at, now),
    ...cellsOf(entry),
  ]);
  return `${alignColumns(rows).join('\n')}\n`;
}

function cellsOf(entry: DeployEntry): readonly string[] {
  if (entry.type === 'begin')
    return [
      entry.strategy === 'rollback' ? 'back' : entry.strategy,
      `${nameOf(entry.from)} → ${shortDigest(entry.release)}`,
      `${entry.by}${entry.reason === undefined ? '' : `: ${entry.reason}`}`,
    ];
  const { reason, serving } = entry;
  return [entry.type === 'end' ? entry.outcome : 'found', `serves ${nameOf(serving)}`, reason];
}

function nameOf(release: Digest | null): string {
  return release === null ? 'nothing' : shortDigest(release);
}
