import type { z } from 'zod';

/** Where a rule of ml.yaml says what is wrong. */
export type Context = z.core.$RefinementCtx;
export type Path = (string | number)[];

/** Says what is wrong at a key, in whole sentences, and how to mend it. */
export function report(
  context: Context,
  path: Path,
  { message, fix }: { readonly message: string; readonly fix: string },
): void {
  context.addIssue({ code: 'custom', path, message, params: { fix, whole: true } });
}
