import type { Answers } from '../movement.js';
import { toldRows } from '../../evaluation/index.js';
import { curvePlots } from './curves.js';
import type { PlottedAnswers } from './curves.js';
import type { Plot } from './plot.js';
import { confusionPlot, residualPlot } from './tables.js';

/** What can be drawn of a model's answers, beside those of the one before. @param sealed nothing of the test set. */
export function plotsOf(now: Answers, before: Answers | undefined, sealed: boolean): readonly Plot[] {
  const told = (of: 'now' | 'before', { evaluation }: Answers): PlottedAnswers => ({
    of,
    evaluation,
    rows: toldRows(evaluation.examples, sealed),
  });
  const own = told('now', now);
  if (own.rows.length === 0) return [];
  const models = [own, ...(before === undefined ? [] : [told('before', before)])];
  return [...curvePlots(models), confusionPlot(own) ?? [], residualPlot(models) ?? []].flat();
}
