import { compareText } from '../../kernel/index.js';
import type { ModelReport } from './model-report.js';
import type { ReportDocument } from './report-document.js';

/** Reports of several machines as one. */
export interface MergedReport {
  /** By name. */
  readonly models: readonly ModelReport[];
  /** Those that were asked for and that no machine reported on, by name. */
  readonly missing: readonly string[];
  /** What was checked out; more than one where the machines did not have the same. */
  readonly heads: readonly string[];
}

/**
 * Puts reports together. Where several tell of one model, the one that was written last is told: a job that was started again knows more. Of those
 * of one instant it is the later in order.
 *
 * @param asked names of models; empty: all that there are.
 */
export function mergeReports(documents: readonly ReportDocument[], asked: readonly string[]): MergedReport {
  const told = new Map<string, ModelReport>();
  for (const { models } of [...documents].sort((a, b) => compareText(a.at, b.at)))
    for (const model of models) told.set(model.project, model);
  const names = [...new Set(asked.length === 0 ? told.keys() : asked)].sort(compareText);
  return {
    models: names.flatMap((name) => told.get(name) ?? []),
    missing: names.filter((name) => !told.has(name)),
    heads: [...new Set(documents.flatMap(({ head }) => head ?? []))].sort(compareText),
  };
}
