import * as z from '../kernel/zod.js';
import { metricRules } from './gate-rules.js';

/** The values that keys under `gate` take; each message completes the sentence "`key` must be ...". */

const metricRule =
  'a metric: accuracy, f1.macro, auc, log_loss, ndcg@10, latency.p95 ..., size, or metrics.<name> of metrics.json';
export const metric = z
  .string(metricRule)
  .regex(/^[A-Za-z][^\s\\]{0,199}$/, { error: metricRule, abort: true })
  .superRefine(metricRules);

export const better = z.enum(['higher', 'lower'], '`higher` or `lower`');
export const test = z.enum(['superiority', 'non-inferiority'], '`superiority` or `non-inferiority`');
export const disclosure = z.enum(['bit', 'full'], '`bit` or `full`');

const amountRule = 'a number above 0, in units of the metric';
export const amount = z
  .number(amountRule)
  .gt(0, { error: amountRule, abort: true })
  .max(1e12, { error: amountRule });

const ratioRule = 'a number of at least 1: 1.1 allows a tenth more';
export const ratio = z.number(ratioRule).min(1, ratioRule).max(1e6, ratioRule);

const increaseRule = 'a number of 0 or more, in units of the metric';
export const increase = z.number(increaseRule).min(0, increaseRule).max(1e15, increaseRule);

const limitRule = 'a number, in units of the metric';
export const limit = z.number(limitRule).min(-1e15, limitRule).max(1e15, limitRule);

const sliceRule = 'a slice such as lang=de, lang=* for every slice of a key, or * for all';
export const slice = z
  .string(sliceRule)
  .regex(/^(?:\*|[^\s=*][^=*]{0,99}=(?:\*|[^*]{1,200}))$/, { error: sliceRule, abort: true });

const keyRule = 'the key of slices, such as lang';
export const sliceKey = z.string(keyRule).regex(/^[^\s=*][^=*]{0,99}$/, { error: keyRule, abort: true });

const stepsRule = 'a whole number from 1 to 1000';
export const steps = z.int(stepsRule).min(1, stepsRule).max(1000, stepsRule);

const alphaRule = 'a chance above 0 and of at most 0.25, such as 0.05';
export const alpha = z.number(alphaRule).min(1e-9, alphaRule).max(0.25, alphaRule);

const powerRule = 'a chance from 0.5 to 0.99, such as 0.8';
export const power = z.number(powerRule).min(0.5, powerRule).max(0.99, powerRule);

const testSetRule =
  'a name: letters, digits, . _ @ -, at most 100 of them, beginning with a letter or a digit';
export const testSet = z
  .string(testSetRule)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._@-]{0,99}$/, { error: testSetRule, abort: true });

const seedRule = 'a whole number from 0 to 4294967295';
export const seed = z.int(seedRule).min(0, seedRule).max(4_294_967_295, seedRule);

export const flag = z.boolean('true or false');
