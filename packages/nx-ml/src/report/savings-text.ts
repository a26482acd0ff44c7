import { costOf } from '@nx-ml/core/savings';
import type { MonthSaved, Prices, Saved } from '@nx-ml/core/savings';

import { alignColumns } from './columns.js';
import { amountText, gpuHoursText } from './model-words.js';
import { countText, durationText } from './quantities.js';

/** Models of a month that are told; the JSON has them all. */
const shown = 30;

export interface SavingsContext {
  readonly prices: Prices | undefined;
  /** The remote could not be asked: what other machines told it is missing. */
  readonly missing: string | undefined;
}

/** What the caches saved: a line a month, and below the newest its models. */
export function savingsText(months: readonly MonthSaved[], { prices, missing }: SavingsContext): string {
  const [newest] = months;
  const lines =
    newest === undefined
      ? ['Nothing was spared yet, as far as is known here.']
      : [
          ...alignColumns(months.map((month) => row(month.month, month, prices))),
          '',
          ...alignColumns(
            newest.projects.slice(0, shown).map((one) => row(one.project, one, prices)),
            '  ',
          ),
          ...(newest.projects.length > shown
            ? [`  and ${countText(newest.projects.length - shown, 'more')}`]
            : []),
        ];
  return `${[...lines, ...unknownLines(months), ...(missing === undefined ? [] : ['', missing])].join('\n')}\n`;
}

function row(name: string, saved: Saved, prices: Prices | undefined): readonly string[] {
  const cost = costOf(saved, prices);
  return [
    name,
    durationText(saved.ms),
    saved.gpuMs === 0 ? '' : `${gpuHoursText(saved.gpuMs)} GPU-hours`,
    cost === undefined ? '' : amountText(cost, prices),
    countText(saved.runs, 'run'),
  ];
}

function unknownLines(months: readonly MonthSaved[]): readonly string[] {
  const unknown = months.reduce((sum, month) => sum + month.unknown, 0);
  if (unknown === 0) return [];
  return ['', `${countText(unknown, 'run')} more, of which nobody here knows how long they took.`];
}

/** The same as one document. */
export function savingsJson(months: readonly MonthSaved[], { prices, missing }: SavingsContext): unknown {
  const priced = <T extends Saved>(saved: T): T & { readonly cost: number | undefined } => ({
    ...saved,
    cost: costOf(saved, prices),
  });
  return {
    formatVersion: 1,
    ...(prices?.currency === undefined ? {} : { currency: prices.currency }),
    ...(missing === undefined ? {} : { missing }),
    months: months.map(({ projects, ...month }) => ({ ...priced(month), projects: projects.map(priced) })),
  };
}
