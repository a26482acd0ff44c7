import * as z from '../kernel/zod.js';

const noDots = String.raw`(?!(?:.*/)?\.{0,2}(?:/|$))`;
const rule = 'the name of a project: letters, digits, @ / . _ -, beginning with a letter, a digit or @';

/** The message completes the sentence "`key` must be ...". */
export const projectName = z
  .string(rule)
  .regex(new RegExp(`^${noDots}[A-Za-z0-9@][A-Za-z0-9@/._-]*$`), { error: rule, abort: true })
  .max(214, { error: 'at most 214 characters long' });
