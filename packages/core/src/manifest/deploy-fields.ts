import { strategies } from '../deploy/strategy.js';
import * as z from '../kernel/zod.js';

/** The values that keys under `deploy` take; each message completes the sentence "`key` must be ...". */

const nameRule = 'a name: letters, digits, . _ -, at most 64 of them, beginning with a letter';
export const name = z
  .string(nameRule)
  .regex(/^[A-Za-z][A-Za-z0-9._-]{0,63}$/, { error: nameRule, abort: true });

const addressRule = 'an http:// or https:// address without user and password';
export const address = z
  .string(addressRule)
  .regex(/^https?:\/\/[^\s/@?#]+(?:\/[^\s?#@]*)?$/, { error: addressRule, abort: true });

const variableRule = 'the name of an environment variable';
export const variable = z
  .string(variableRule)
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, { error: variableRule, abort: true });

export const strategy = z.enum(strategies, strategies.map((name) => `\`${name}\``).join(', '));

const guardrailRule = '`errors`, `slow` or `feedback.` with a name';
export const guardrailName = z
  .string(guardrailRule)
  .regex(/^(?:errors|slow|feedback\.[A-Za-z][A-Za-z0-9._-]{0,63})$/, { error: guardrailRule, abort: true });

const ratioRule = 'a number of at least 1: 1.5 is half as much again';
export const ratio = z.number(ratioRule).min(1, ratioRule).max(1000, ratioRule);

const rateRule = 'a rate above 0 and below 1, such as 0.001';
export const rate = z.number(rateRule).min(1e-9, rateRule).lt(1, rateRule);

const shareRule = 'a share above 0 and of at most 1';
export const share = z.number(shareRule).gt(0, shareRule).max(1, shareRule);

const sharesRule = 'a list of rising shares, each above 0 and of at most 1';
export const shares = z
  .array(z.number(sharesRule).gt(0, sharesRule).max(1, sharesRule), sharesRule)
  .min(1, sharesRule)
  .max(20, sharesRule)
  .refine((all) => all.every((each, at) => at === 0 || each > (all[at - 1] ?? 0)), sharesRule);

const alphaRule = 'a chance above 0 and of at most 0.25, such as 0.05';
export const alpha = z.number(alphaRule).min(1e-9, alphaRule).max(0.25, alphaRule);

const countRule = 'a whole number of at least 1';
export const count = z.int(countRule).min(1, countRule).max(1e12, countRule);

const leaseRule = 'a number of seconds from 1 to 600';
export const lease = z.number(leaseRule).min(1, leaseRule).max(600, leaseRule);

const millisecondsRule = 'a number of milliseconds above 0, at most 600000';
export const milliseconds = z.number(millisecondsRule).gt(0, millisecondsRule).max(600_000, millisecondsRule);

const limitRule = 'a number';
export const limit = z.number(limitRule).min(-1e15, limitRule).max(1e15, limitRule);
