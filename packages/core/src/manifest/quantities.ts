/** The wording that every message on a wrong duration uses. */
export const durationRule = 'a time with its unit, s, m, h or d, of at most 24d: 90s, 30m, 2h, 1d';
export const durationPattern = /^(\d{1,9}(?:\.\d{1,6})?)(s|m|h|d)$/;

const milliseconds = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Timers of Node count milliseconds in 31 bits: a longer one would fire at once. */
const longestDuration = 24 * milliseconds.d;

/**
 * `90s`, `30m`, `1.5h`, `2d` as whole milliseconds; undefined for anything else, for zero and beyond 24 days.
 */
export function parseDuration(text: string): number | undefined {
  const [, amount, unit] = durationPattern.exec(text) ?? [];
  if (amount === undefined) return undefined;
  const value = Math.round(Number(amount) * milliseconds[unit as keyof typeof milliseconds]);
  return value > 0 && value <= longestDuration ? value : undefined;
}

/** The wording that every message on a wrong amount of memory uses. */
export const bytesRule = 'a whole number of bytes, or a number with its unit: 512MB, 8GB (10^9), 8GiB (2^30)';
export const bytesPattern = /^(\d{1,15}(?:\.\d{1,6})?)(B|KB|MB|GB|TB|KiB|MiB|GiB|TiB)$/;

const bytesPerUnit = {
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
} as const;

/**
 * Bytes of `8GB` (8 x 10^9), `8GiB` (8 x 2^30), `512MB` or a plain number; undefined for anything else and
 * for what is no whole number of bytes below 2^53. `8G` and `8Gi` are refused: their meaning differs by tool.
 */
export function parseBytes(value: string | number): number | undefined {
  const bytes = typeof value === 'number' ? value : bytesOf(value);
  return bytes !== undefined && Number.isSafeInteger(bytes) && bytes >= 0 ? bytes : undefined;
}

function bytesOf(text: string): number | undefined {
  const [, amount, unit] = bytesPattern.exec(text) ?? [];
  return amount === undefined ? undefined : Number(amount) * bytesPerUnit[unit as keyof typeof bytesPerUnit];
}
