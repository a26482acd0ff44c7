import type { JsonValue } from '../kernel/index.js';
import * as z from '../kernel/zod.js';

/** The values that keys under `tune` take; each message completes the sentence "`key` must be ...". */

const spaceRule = 'a map from parameters to what they may be: `alpha: { float: [0.001, 10], log: true }`';
const jsonValue = z.unknown() as unknown as z.ZodType<JsonValue>;
/** What stands in it is read by `tune/space`, which knows the words for what is wrong there: see tune-rules.ts. */
export const space = z.record(z.string(), jsonValue, spaceRule);

const metricRule =
  'a metric: a measure such as accuracy, metrics.<name> of metrics.json, or a name of it with `step: train`';
export const metric = z
  .string(metricRule)
  .regex(/^[A-Za-z_][^\s\\]{0,199}$/, { error: metricRule, abort: true });

export const direction = z.enum(['maximize', 'minimize'], '`maximize` or `minimize`');
export const objectiveStep = z.enum(['train', 'evaluate'], '`train` or `evaluate`');

const splitRule = 'the name of a split of the predictions, such as validation';
export const split = z.string(splitRule).regex(/^\S(?:.{0,98}\S)?$/, { error: splitRule, abort: true });

const trialsRule = 'a whole number from 1 to 100000';
export const trials = z.int(trialsRule).min(1, trialsRule).max(100_000, trialsRule);

const parallelRule = 'a whole number from 1 to 1000';
export const parallel = z.int(parallelRule).min(1, parallelRule).max(1000, parallelRule);

const costRule = 'an amount above 0, in the currency of the prices in nx.json';
export const cost = z.number(costRule).gt(0, { error: costRule, abort: true }).max(1e12, { error: costRule });

const gainRule = 'a number above 0, in units of the objective';
export const gain = z.number(gainRule).gt(0, { error: gainRule, abort: true }).max(1e12, { error: gainRule });

export const sampler = z.enum(['tpe', 'random', 'sobol', 'grid'], '`tpe`, `random`, `sobol` or `grid`');
export const pruner = z.enum(['none', 'asha', 'halving', 'median'], '`none`, `asha`, `halving` or `median`');

const failuresRule = 'a whole number from 0 to 100000';
export const failures = z.int(failuresRule).min(0, failuresRule).max(100_000, failuresRule);

const seedRule = 'a whole number from 0 to 4294967295';
export const seed = z.int(seedRule).min(0, seedRule).max(4_294_967_295, seedRule);
