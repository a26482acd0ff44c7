import { TestSets } from '@nx-ml/core/usecases/gate';

import { alignColumns } from '../../report/columns.js';
import { budgetRow } from '../../report/gate-budget-text.js';
import type { UsedTestSet } from '../../report/gate-budget-text.js';
import { errorJson } from '../json-lines.js';
import { parseOptions } from '../command.js';
import type { CliCommand } from '../command.js';
import { withGate } from './at-hand.js';
import type { GatedModel } from './at-hand.js';

const help = `nx-ml gate budget [PROJECT...] [--json]

Tells how much of the test sets is used: steps taken, passes, the level that each answer is judged at, and what is let
through by hand. Asks nothing and spends nothing.

  PROJECT   the test sets of these models; default: all that have a gate
  --json    one JSON object a line: {testSet, projects, steps, stepsUsed, promotions, maxPromotions, alpha, alphaPerStep,
            exhausted, retired, overrides} or {testSet, projects, problem}

Examples
  nx-ml gate budget
  nx-ml gate budget spam-filter --json
`;

export const gateBudget: CliCommand = {
  help,
  async run(args, io) {
    const { values, positionals } = parseOptions(args, { json: { type: 'boolean' } }, help);
    return withGate({ cwd: io.cwd, names: positionals, help }, async (gate) => {
      const sets = new TestSets({ ...gate, journals: gate.stores.journals });
      const rows: UsedTestSet[] = [];
      for (const [testSet, models] of bySet(gate.models)) {
        const projects = models.map(({ project }) => project);
        const isCounted = models.some(({ policy }) => policy.budget !== null);
        rows.push({ testSet, projects, isCounted, reading: await sets.read(testSet) });
      }
      if (values['json'] === true)
        io.write(rows.map((row) => `${JSON.stringify(budgetJson(row))}\n`).join(''));
      else io.write(`${alignColumns(rows.map(budgetRow)).join('\n')}\n`);
      return rows.every(({ reading }) => reading.kind === 'read') ? 0 : 1;
    });
  },
};

function bySet(models: readonly GatedModel[]): ReadonlyMap<string, readonly GatedModel[]> {
  const sets = new Map<string, GatedModel[]>();
  for (const model of models) sets.set(model.testSet, [...(sets.get(model.testSet) ?? []), model]);
  return sets;
}

function budgetJson({ testSet, projects, reading }: UsedTestSet): object {
  const head = { testSet, projects };
  if (reading.kind === 'unreadable') return { ...head, problem: errorJson(reading.error) };
  if (reading.kind === 'forgotten')
    return { ...head, problem: { code: 'ERR_ML_JOURNAL_BROKEN', message: reading.how } };
  const { opened, stepsUsed, promotions, alphaPerStep, exhausted, retired, overrides } = reading.state;
  return {
    ...head,
    steps: opened?.steps ?? null,
    stepsUsed,
    promotions,
    maxPromotions: opened?.promotions ?? null,
    alpha: opened?.alpha ?? null,
    alphaPerStep,
    exhausted,
    retired: retired.size,
    overrides: overrides.length,
  };
}
