import type { GatePlan, PlanRow } from '@nx-ml/core/gate';

import { alignColumns } from './columns.js';
import { effectText, enoughEffect, levelText, percentText } from './gate-words.js';
import { groupedText, numberText } from './quantities.js';

/** How many examples a gate needs, as a table for people. */
export function gatePlanText(plan: GatePlan, project: string): string {
  return [headLine(plan, project), '', ...bodyLines(plan), ...floorLines(plan), ...haveLines(plan), ''].join(
    '\n',
  );
}

function headLine({ metric, test, alpha, power, budget }: GatePlan, project: string): string {
  const what = test === 'superiority' ? 'a gain' : 'that nothing is lost';
  const life =
    budget === null
      ? 'without a budget'
      : `${groupedText(budget.steps)} steps, ${groupedText(budget.promotions)} ${budget.promotions === 1 ? 'promotion' : 'promotions'}, alpha ${levelText(budget.alpha)}`;
  return `${project}: examples that show ${what} in ${metric} with a chance of ${percentText(power)} (${life}: ${levelText(alpha)} a step)`;
}

function bodyLines(plan: GatePlan): readonly string[] {
  if (plan.by === 'value') return [`  ${plan.metric} is measured once: it needs no test set.`];
  if (plan.rows.length === 0)
    return [
      `  It depends on how much the differences of ${plan.metric} between two models scatter. Tell it with --spread, or run the gate`,
      '  once: its verdict says how many examples would do.',
    ];
  const disagreements = [...new Set(plan.rows.map(({ disagreement }) => disagreement))];
  return disagreements.length === 1 ? comparedRows(plan) : grid(plan, disagreements);
}

/** One disagreement: beside what ease.ml/ci asks for. */
function comparedRows(plan: GatePlan): readonly string[] {
  const [first] = plan.rows;
  const hasPeers = plan.rows.some(({ bennett }) => bennett !== null);
  const what =
    plan.by === 'mean'
      ? `spread ${numberText(first?.disagreement ?? 0)}`
      : `differing on ${percentText(first?.disagreement ?? 0)}`;
  const header = [
    `${plan.test === 'superiority' ? 'gain' : 'margin'}, ${what}`,
    'examples',
    ...(hasPeers ? ['Bennett', 'Hoeffding'] : []),
    '',
  ];
  const rows = plan.rows.map((row) => [
    effectText(plan.metric, row.effect),
    countOf(row.examples),
    ...(hasPeers ? [countOf(row.bennett), countOf(row.hoeffding)] : []),
    row.isAsked ? '← asked for' : '',
  ]);
  const peers = hasPeers
    ? [
        '',
        '  Bennett, Hoeffding: what ease.ml/ci’s rule takes for the same chance; its bounds hold without knowing the distribution.',
      ]
    : [];
  return [...alignColumns([header, ...rows], '  '), ...peers];
}

function grid(plan: GatePlan, disagreements: readonly number[]): readonly string[] {
  const effects = [...new Set(plan.rows.map(({ effect }) => effect))];
  const at = (effect: number, disagreement: number): PlanRow | undefined =>
    plan.rows.find((row) => row.effect === effect && row.disagreement === disagreement);
  const header = ['differing on', ...disagreements.map(percentText), ''];
  const rows = effects.map((effect) => [
    effectText(plan.metric, effect),
    ...disagreements.map((disagreement) => countOf(at(effect, disagreement)?.examples ?? null)),
    plan.rows.some((row) => row.effect === effect && row.isAsked) ? '← asked for' : '',
  ]);
  return [
    ...alignColumns([header, ...rows], '  '),
    '',
    '  How often two models differ needs no label: predict with both. --disagreement 0.1 shows ease.ml/ci’s figures beside.',
  ];
}

function countOf(examples: number | null): string {
  return examples === null ? '–' : groupedText(examples);
}

function floorLines({ floors }: GatePlan): readonly string[] {
  if (floors.length === 0) return [];
  const rows = floors.map(({ metric, slice, min, examples }) => [
    `${metric}${slice === null ? '' : ` of ${slice}`} of ${numberText(min)}`,
    countOf(examples),
  ]);
  return ['', '  Floors, for a model of half the errors that they allow:', ...alignColumns(rows, '  ')];
}

function haveLines(plan: GatePlan): readonly string[] {
  const { have, metric } = plan;
  if (have === null || plan.rows.length === 0) return [];
  const shown = new Map(plan.rows.map((row) => [row.disagreement, row.shown]));
  const texts = [...shown].map(([disagreement, smallest]) => {
    const what = smallest === null ? 'nothing' : effectText(metric, enoughEffect(metric, smallest));
    return shown.size === 1 ? what : `${what} (at ${percentText(disagreement)})`;
  });
  return ['', `  ${groupedText(have)} examples can show: ${texts.join(', ')}.`];
}
