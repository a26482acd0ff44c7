import type { z } from 'zod';

import { isJsonObject } from '../kernel/index.js';

/** Which test each key belongs to. */
const owners = { towards: 'direction', delta: 'direction', tolerance: 'invariance' } as const;

/** Rules between the keys of a behavioural test. As in ml-rules.ts, values may be of a wrong form. */
export function behaviourRules(value: unknown, context: z.core.$RefinementCtx): void {
  if (!isJsonObject(value)) return;
  const report = (path: string[], message: string, fix: string): void => {
    context.addIssue({ code: 'custom', path, message, params: { fix, whole: true } });
  };
  if (value['test'] === 'direction' && value['towards'] === undefined)
    report(
      [],
      '`test: direction` needs `towards`: where the score must move',
      'Add `towards: up` or `towards: down`.',
    );
  for (const [key, owner] of Object.entries(owners))
    if (value[key] !== undefined && typeof value['test'] === 'string' && value['test'] !== owner)
      report(
        [key],
        `\`${key}\` has no effect on \`test: ${value['test']}\``,
        `Remove \`${key}\`, or write \`test: ${owner}\`.`,
      );
}
