import type { MlError } from '@nx-ml/core/kernel';

/** One value a line. */
export function jsonLines(values: readonly object[]): string {
  return values.map((value) => `${JSON.stringify(value)}\n`).join('');
}

export function errorJson({ code, message, fix }: MlError): object {
  return { code, message, fix };
}
