import { isJsonObject, MlError } from '../kernel/index.js';
import type * as z from '../kernel/zod.js';

export interface PayloadKind {
  /** Completes sentences: `A history entry`. */
  readonly what: string;
  /** What to do about one that is damaged. */
  readonly fix: string;
}

/**
 * Reads the payload of a journal's entry, format 1.
 *
 * @throws MlError ERR_ML_DOCUMENT_INVALID, which tells a newer format from a damaged entry
 */
export function decodePayload<T>(schema: z.ZodType<T>, payload: unknown, { what, fix }: PayloadKind): T {
  const result = schema.safeParse(payload);
  if (result.success) return result.data;
  const version = isJsonObject(payload) ? payload['formatVersion'] : undefined;
  if (typeof version === 'number' && version > 1)
    throw new MlError('ERR_ML_DOCUMENT_INVALID', {
      message: `${what} of format ${String(version)} was written by a newer nx-ml; this one reads format 1`,
      fix: 'Upgrade nx-ml in this workspace.',
    });
  const [issue] = result.error.issues;
  const place = issue === undefined || issue.path.length === 0 ? '' : `${issue.path.join('.')}: `;
  throw new MlError('ERR_ML_DOCUMENT_INVALID', {
    message: `${what} was refused: ${place}${issue?.message ?? 'invalid'}`,
    fix,
  });
}
