import { MlError } from '@nx-ml/core/kernel';

const units = { h: 3_600_000, d: 86_400_000 } as const;
/** Days. A secret that is never exchanged is one day in a log. */
const longest = 366;

/** `12h` or `30d` in milliseconds. @throws MlError ERR_ML_USAGE */
export function parseLifetime(text: string): number {
  const [, count = '', unit = ''] = /^([1-9][0-9]{0,4})([hd])$/.exec(text) ?? [];
  const lifetime = Number(count) * (unit === 'h' ? units.h : units.d);
  if (count !== '' && lifetime <= longest * units.d) return lifetime;
  throw new MlError('ERR_ML_USAGE', {
    message: `--expires ${JSON.stringify(text.slice(0, 40))} is no time that a token may last`,
    fix: `Write hours or days, such as 12h or 30d: at most ${String(longest)}d.`,
  });
}
