import type { RowCounts } from '@nx-ml/core/data';

/** How quantities read: durations, sizes, numbers, ages, counts. */

export function durationText(ms: number): string {
  if (ms < 1000) return `${String(Math.round(ms))} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${String(minutes)} m ${String(seconds % 60)} s`;
  return `${String(Math.floor(minutes / 60))} h ${String(minutes % 60)} m`;
}

/** Bytes of all of them. */
export function sizeOf(items: readonly { readonly size: number }[]): number {
  return items.reduce((sum, { size }) => sum + size, 0);
}

export function sizeText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? String(value) : value.toFixed(1)} ${units[unit] ?? ''}`;
}

/** Four significant digits, as metrics are read. */
export function numberText(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));
}

/** A difference: `+0.01`, `−0.01`, `=`. */
export function signedText(value: number): string {
  return value === 0 ? '=' : `${value > 0 ? '+' : '−'}${numberText(Math.abs(value))}`;
}

/** `p = 0.031`. */
export function pText(p: number): string {
  return p < 0.0001 ? 'p < 0.0001' : `p = ${String(Number(p.toPrecision(2)))}`;
}

/** `95% interval +0.01 to +0.03`; empty where there is none. */
export function intervalText(lower: number | null, upper: number | null): string {
  if (lower === null || upper === null) return '';
  return `95% interval ${signedText(lower)} to ${signedText(upper)}`;
}

/** `3 files`, `1 file`. */
export function countText(count: number, thing: string, things = `${thing}s`): string {
  return `${groupedText(count)} ${count === 1 ? thing : things}`;
}

/** `20,000`. Not by the language's own means, whose first use loads tables for 20 ms. */
export function groupedText(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/** `+212 −0 rows, 3 changed`. Without the last where rows have no keys. */
export function rowsText({ added, removed, changed }: RowCounts): string {
  const both = `+${groupedText(added)} −${groupedText(removed)} rows`;
  return changed === undefined ? both : `${both}, ${groupedText(changed)} changed`;
}

const ages = [
  [60, 'second'],
  [60, 'minute'],
  [24, 'hour'],
  [Infinity, 'day'],
] as const;

/** `2 days ago`. @param now milliseconds since the epoch. */
export function agoText(iso: string, now: number): string {
  let value = Math.max(0, (now - Date.parse(iso)) / 1000);
  for (const [size, unit] of ages) {
    if (value < size) return unit === 'second' ? 'just now' : `${countText(Math.floor(value), unit)} ago`;
    value /= size;
  }
  return 'long ago';
}
