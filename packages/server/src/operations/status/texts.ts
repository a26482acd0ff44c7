/** For the text and the attributes of a page: nothing that comes in is markup. */
export function text(value: string): string {
  return value.replace(/[&<>"']/g, (letter) => `&#${String(letter.charCodeAt(0))};`);
}

export function countText(value: number): string {
  return value.toLocaleString('en-US');
}

/** @param time milliseconds since the epoch. @returns `2026-11-27 12:00 UTC` */
export function timeText(time: number): string {
  return `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** @returns `12 min ago`. @param ms since then; a clock that was set back makes it now */
export function agoText(ms: number): string {
  const minutes = Math.floor(Math.max(0, ms) / 60_000);
  if (minutes < 1) return 'just now';
  if (minutes < 60) return `${String(minutes)} min ago`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${String(hours)} h ago` : `${String(Math.floor(hours / 24))} days ago`;
}

/** @returns `850 ms`, `12.4 s`, `3 min 20 s`, `4 h 5 min` */
export function durationText(ms: number): string {
  if (ms < 1000) return `${String(Math.round(ms))} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return `${String(Math.floor(seconds / 60))} min ${String(seconds % 60)} s`;
  const minutes = Math.round(seconds / 60);
  return `${countText(Math.floor(minutes / 60))} h ${String(minutes % 60)} min`;
}

/** @returns `12.4 h`, `4 min`: what is small is not told as nothing */
export function hoursText(ms: number): string {
  const hours = ms / 3_600_000;
  if (hours >= 100) return `${countText(Math.round(hours))} h`;
  return hours >= 1 || ms === 0 ? `${hours.toFixed(ms === 0 ? 0 : 1)} h` : durationText(ms);
}

export function sizeText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const step = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  const value = bytes / 1000 ** step;
  return `${String(value >= 100 ? Math.round(value) : Number(value.toPrecision(3)))} ${units[step] ?? ''}`;
}
