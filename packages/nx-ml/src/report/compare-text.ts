import type { MetricComparison } from '@nx-ml/core/compare';
import type { MethodSide, SidesCompared } from '@nx-ml/core/usecases/compare';

import { changeRows } from './change-rows.js';
import { alignColumns } from './columns.js';
import { foldsLines } from './compare-folds-text.js';
import { compareNotes } from './compare-notes.js';
import { seedsLines } from './compare-seeds-text.js';
import { commitText, seedsText } from './runs-table.js';
import { shownName } from './shown-name.js';

/** Two training methods side by side: what they are, the answer of each metric, and what to know or to do about it. */
export function compareText(compared: SidesCompared): string {
  const { a, b, changes, methods } = compared;
  const paragraphs = [
    alignColumns([sideRow('A', a), sideRow('B', b)]),
    alignColumns(changeRows(changes), '   '),
    ...methods.metrics.flatMap((metric) => metricParagraphs(metric, methods.foldSeed)),
    ...compareNotes(compared),
  ];
  const filled = paragraphs.filter((lines) => lines.length > 0);
  return `${filled.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function sideRow(name: string, { group, found }: MethodSide): readonly string[] {
  const few = group.runs.length === 1 ? 'seed ' : 'seeds ';
  const seeds = `${group.runs.length > 4 ? '' : few}${seedsText(group)}`;
  return [name, group.id, commitText(group), seeds, askedText(found)];
}

function askedText(found: MethodSide['found']): string {
  if (found.by === 'workspace') return 'what the workspace stands at';
  if (found.by === 'params') return shownName(found.asked);
  return found.by === 'commit' ? shownName(found.revision) : '';
}

function metricParagraphs(
  { metric, better, seeds, folds }: MetricComparison,
  foldSeed: number | null,
): readonly (readonly string[])[] {
  const name = `${shownName(metric)}${better === 'lower' ? ', less is better' : ''}`;
  if (seeds === null && folds === null)
    return [[`${name}: no claim. No run of a seed that both sides have holds it on either side.`]];
  return [
    seeds === null ? [] : seedsLines(name, seeds),
    folds === null ? [] : foldsLines(name, folds, foldSeed),
  ];
}
