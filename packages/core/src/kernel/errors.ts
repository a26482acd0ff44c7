import { errorCodes } from './error-codes.js';
import type { ErrorCode } from './error-codes.js';

export interface MlErrorDetails {
  /** What happened, where, with the value received. */
  readonly message: string;
  /** What to do next, as one sentence or one command. */
  readonly fix: string;
  readonly cause?: unknown;
  /** Lines that help and are not part of the sentence: a log's tail, a list of files. */
  readonly detail?: readonly string[];
}

/**
 * Every failure that a user can mend. Anything else that is thrown is a bug and is
 * rethrown by the shell instead of being dressed up as a result.
 */
export class MlError extends Error {
  readonly code: ErrorCode;
  readonly fix: string;
  readonly detail: readonly string[];

  constructor(code: ErrorCode, details: MlErrorDetails) {
    super(details.message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'MlError';
    this.code = code;
    this.fix = details.fix;
    this.detail = details.detail ?? [];
  }
}

export function isMlError(error: unknown): error is MlError {
  return (
    error instanceof Error && error.name === 'MlError' && 'code' in error && String(error.code) in errorCodes
  );
}

/** The text of an unknown thrown value, for messages. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
