import type { HourOfReads } from './status-report.js';
import { countText, text } from './texts.js';

const [width, height, step] = [720, 96, 30];

/** Hits and misses of the last 24 hours, a bar an hour. Drawn without a style of its own: the page's policy allows none. */
export function hoursPicture(hours: readonly HourOfReads[]): string {
  const most = Math.max(1, ...hours.map(({ hits, misses }) => hits + misses));
  const bars = hours.map((hour, at) => bar(hour, at * step, most));
  const sum = (of: 'hits' | 'misses'): string => countText(hours.reduce((all, hour) => all + hour[of], 0));
  return `<svg class="hours" viewBox="0 0 ${String(width)} ${String(height + 22)}" role="img" aria-label="${sum('hits')} hits and ${sum('misses')} misses in the last 24 hours">
<line class="axis" x1="0" x2="${String(width)}" y1="${String(height)}" y2="${String(height)}"/>${bars.join('')}</svg>`;
}

function bar({ at, hits, misses }: HourOfReads, left: number, most: number): string {
  const [low, all] = [hits, hits + misses].map((count) => Math.round((count / most) * (height - 4)));
  const label = `${new Date(at).toISOString().slice(11, 16)} UTC`;
  const rect = (kind: string, from: number, to: number): string =>
    to > from
      ? `<rect class="${kind}" x="${String(left + 4)}" y="${String(height - to)}" width="${String(step - 8)}" height="${String(to - from)}" rx="2"/>`
      : '';
  const hour = new Date(at).getUTCHours();
  const tick =
    hour % 6 === 0
      ? `<text x="${String(left + step / 2)}" y="${String(height + 17)}" text-anchor="middle">${label.slice(0, 5)}</text>`
      : '';
  return `<g><title>${text(`${label}: ${countText(hits)} hits, ${countText(misses)} misses`)}</title>${rect('miss', low ?? 0, all ?? 0)}${rect('hit', 0, low ?? 0)}</g>${tick}`;
}

/** How much of a bound is used, from 0 to 1 and more. */
export function meterPicture(share: number, label: string): string {
  const used = Math.max(0, Math.min(1, share));
  const kind = share > 0.95 ? 'full' : 'used';
  return `<svg class="meter" viewBox="0 0 100 4" preserveAspectRatio="none" role="img" aria-label="${text(label)}"><rect class="room" width="100" height="4"/><rect class="${kind}" width="${(used * 100).toFixed(1)}" height="4"/></svg>`;
}
