import { isJsonObject } from '../kernel/index.js';
import type { JsonObject } from '../kernel/index.js';
import { isMeasuredOnce, isReported, measureWords, natureOf } from '../gate/metric-names.js';
import { nearestWord } from './nearest-word.js';
import { report } from './report-issue.js';
import type { Context, Path } from './report-issue.js';

/** Rules between the keys under `gate`. As in ml-rules.ts, values may be of a wrong form. */

type OfMetric = JsonObject & { readonly metric: string };

/** Of a name that is no measure's nothing could be judged. */
export function metricRules(value: unknown, context: Context): void {
  if (typeof value !== 'string' || isReported(value) || natureOf(value) !== undefined) return;
  const [word = value] = value.split(/[.@]/);
  const near = nearestWord(word, measureWords);
  report(context, [], {
    message: `no measure is called \`${value}\`${near === undefined ? '' : `: did you mean \`${near}\`?`}`,
    fix:
      near === undefined
        ? `Measures are ${measureWords.join(', ')}; a number of metrics.json is \`metrics.${value}\`.`
        : `Write \`${value.replace(word, near)}\`, or \`metrics.${value}\` for a number of metrics.json.`,
  });
}

function hasMetric(value: unknown): value is OfMetric {
  return isJsonObject(value) && typeof value['metric'] === 'string';
}

export function gateRules(value: unknown, context: Context): void {
  if (typeof value === 'string') shortPrimaryRules(value, context, []);
  if (!isJsonObject(value)) return;
  if (typeof value['primary'] === 'string') shortPrimaryRules(value['primary'], context, ['primary']);
  const { steps = 100, promotions = 1 } = isJsonObject(value['budget']) ? value['budget'] : {};
  if (typeof steps === 'number' && typeof promotions === 'number' && promotions > steps)
    report(context, ['budget', 'promotions'], {
      message: `\`promotions\` is ${String(promotions)} and \`steps\` is ${String(steps)}: a step passes once at most`,
      fix: 'Give at least as many steps as promotions.',
    });
}

function shortPrimaryRules(metric: string, context: Context, path: Path): void {
  primaryMetricRules({ metric }, context, path);
}

export function primaryRules(value: unknown, context: Context): void {
  if (!hasMetric(value)) return;
  const { test, minEffect, margin } = value;
  const wanted = test ?? (margin === undefined ? 'superiority' : 'non-inferiority');
  if (wanted === 'non-inferiority' && margin === undefined)
    report(context, [], {
      message: `\`test: non-inferiority\` needs a margin: how much worse still counts as not worse`,
      fix: 'Add for example `margin: 0.01`.',
    });
  if (wanted === 'superiority' && margin !== undefined)
    report(context, ['margin'], {
      message: '`margin` has no effect on `test: superiority`',
      fix: 'Remove `margin`, or write `test: non-inferiority`.',
    });
  if (wanted === 'non-inferiority' && minEffect !== undefined)
    report(context, ['minEffect'], {
      message: '`minEffect` has no effect with `margin`',
      fix: 'Keep `minEffect` to show a gain, or `margin` to show that nothing is lost.',
    });
  primaryMetricRules(value, context, []);
  shareRules(value, context, ['minEffect', 'margin']);
}

/** Anything but `size` that is measured once would be promoted by chance in half of all cases. */
function primaryMetricRules(value: OfMetric, context: Context, path: Path): void {
  const { metric } = value;
  const at = path.length === 0 && Object.keys(value).length === 1 ? path : [...path, 'metric'];
  if (isMeasuredOnce(metric) && metric !== 'size') {
    report(context, at, {
      message: `\`${metric}\` is one number a model: nothing tells a better one from chance`,
      fix: isReported(metric)
        ? 'Let evaluate write predictions.jsonl and name a measure of those, such as accuracy; or make it a guardrail or a floor.'
        : 'Make it a guardrail or a floor, and name as primary what is measured example by example, such as accuracy.',
    });
    return;
  }
  const known = natureOf(metric);
  const needsEffect = known?.share === false && metric !== 'log_loss';
  if (needsEffect && value['minEffect'] === undefined && value['margin'] === undefined)
    report(context, path, {
      message: `\`${metric}\` has a unit of its own, so the smallest gain that matters must be told`,
      fix: `Write \`primary: { metric: ${metric}, minEffect: ... }\`.`,
    });
}

const forms = ['margin', 'maxRatio', 'maxIncrease', 'maxGap'] as const;

export function guardrailRules(value: unknown, context: Context): void {
  if (!hasMetric(value)) return;
  const given = forms.filter((form) => value[form] !== undefined);
  if (given.length === 1) {
    sliceRules(value, context);
    onceRules(value, context);
  } else formRules(context, given);
  if (given.length > 0) acrossRules(value, context);
  shareRules(value, context, ['margin', 'maxGap']);
}

function formRules(context: Context, given: readonly string[]): void {
  const [, second] = given;
  const names = given.length === 0 ? 'none' : given.map((form) => `\`${form}\``).join(' and ');
  report(context, second === undefined ? [] : [second], {
    message: `a guardrail has one of \`margin\`, \`maxRatio\`, \`maxIncrease\` and \`maxGap\`, and this one has ${names}`,
    fix:
      second === undefined
        ? 'Add for example `margin: 0.02`.'
        : 'Keep one; another guardrail can have the other.',
  });
}

function sliceRules({ metric, slice, margin }: OfMetric, context: Context): void {
  if (slice === undefined) return;
  if (margin === undefined)
    report(context, ['slice'], {
      message: '`slice` goes with `margin` alone',
      fix: 'Remove `slice`, or write `margin`.',
    });
  else if (isMeasuredOnce(metric)) noSlices(metric, context);
}

function noSlices(metric: string, context: Context): void {
  report(context, ['slice'], {
    message: `\`${metric}\` is one number a model and has no slices`,
    fix: 'Remove `slice`.',
  });
}

function acrossRules({ across, maxGap }: JsonObject, context: Context): void {
  if ((across === undefined) === (maxGap === undefined)) return;
  report(context, [across === undefined ? 'maxGap' : 'across'], {
    message: '`across` and `maxGap` go together: the key of the slices, and how far apart they may be',
    fix: across === undefined ? 'Add for example `across: lang`.' : 'Add for example `maxGap: 0.05`.',
  });
}

/** Ratios and increases are for values, and a value's direction must be known. */
function onceRules(value: OfMetric, context: Context): void {
  const { metric } = value;
  const growth = value['maxRatio'] !== undefined ? 'maxRatio' : 'maxIncrease';
  if (value[growth] !== undefined && !isMeasuredOnce(metric))
    report(context, [growth], {
      message: `\`${growth}\` is for what is measured once, and \`${metric}\` is measured example by example`,
      fix: 'Write `margin`, in units of the metric.',
    });
  else if (value[growth] !== undefined && (value['better'] ?? natureOf(metric)?.better) === 'higher')
    report(context, [growth], {
      message: `\`${growth}\` bounds what should stay small, and more of \`${metric}\` is better`,
      fix: 'Write `margin`, in units of the metric.',
    });
  if (value['margin'] !== undefined && isMeasuredOnce(metric)) directionRules(value, context);
}

function directionRules(value: OfMetric, context: Context): void {
  const { metric } = value;
  if (value['better'] !== undefined || natureOf(metric) !== undefined) return;
  report(context, [], {
    message: `whether more or less of \`${metric}\` is better cannot be told from its name`,
    fix: 'Add `better: higher` or `better: lower`.',
  });
}

export function floorRules(value: unknown, context: Context): void {
  if (!hasMetric(value)) return;
  const { metric, min, max, slice } = value;
  if ((min === undefined) === (max === undefined))
    report(context, min === undefined ? [] : ['max'], {
      message: `a floor has either \`min\` or \`max\`, and this one has ${min === undefined ? 'none' : 'both'}`,
      fix: min === undefined ? 'Add for example `min: 0.9`.' : 'Keep one; another floor can have the other.',
    });
  else limitRules(value, context, min === undefined ? ['max', 'min'] : ['min', 'max']);
  if (slice !== undefined && isMeasuredOnce(metric)) noSlices(metric, context);
  shareRules(value, context, ['min', 'max']);
}

function limitRules(
  { metric }: OfMetric,
  context: Context,
  [limit, other]: readonly ['min' | 'max', 'min' | 'max'],
): void {
  const better = natureOf(metric)?.better;
  if (isMeasuredOnce(metric) || better !== (limit === 'min' ? 'lower' : 'higher')) return;
  report(context, [limit], {
    message: `\`${limit}\` would hold a model for being too good: ${better === 'lower' ? 'less' : 'more'} of \`${metric}\` is better`,
    fix: `Write \`${other}\`.`,
  });
}

function shareRules(value: OfMetric, context: Context, keys: readonly string[]): void {
  const { metric } = value;
  if (isReported(metric) || natureOf(metric)?.share !== true) return;
  for (const key of keys) {
    const amount = value[key];
    if (typeof amount !== 'number' || amount <= 1) continue;
    report(context, [key], {
      message: `\`${key}\` is ${String(amount)}, and \`${metric}\` lies between 0 and 1`,
      fix: `Write points as hundredths: \`${key}: ${String(amount / 100)}\`.`,
    });
  }
}
