import { isMlError, messageOf } from '@nx-ml/core/kernel';

/** An error for people: code and what, the mend, and what else helps. A bug shows its stack. */
export function errorText(error: unknown): string {
  if (!isMlError(error))
    return `${error instanceof Error ? (error.stack ?? error.message) : messageOf(error)}\n`;
  const detail = error.detail.map((line) => `    ${line}\n`).join('');
  return `${error.code}  ${error.message}\n${detail}  ${error.fix}\n`;
}
