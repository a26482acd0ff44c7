import { MlError } from '@nx-ml/core/kernel';

const units: Readonly<Record<string, number>> = { MB: 1e6, GB: 1e9, TB: 1e12 };

/** `500MB`, `1.5TB` in bytes; undefined stays undefined. @throws MlError ERR_ML_USAGE */
export function parseBytes(text: string | undefined, name: string): number | undefined {
  if (text === undefined) return undefined;
  const [, count = '', unit = ''] = /^([0-9]{1,6}(?:\.[0-9]{1,3})?) ?(MB|GB|TB)$/.exec(text) ?? [];
  const bytes = Math.round(Number(count) * (units[unit] ?? 0));
  if (bytes > 0) return bytes;
  throw new MlError('ERR_ML_USAGE', {
    message: `${name} ${JSON.stringify(text.slice(0, 40))} is no size`,
    fix: 'Write a number and MB, GB or TB: 500GB.',
  });
}
