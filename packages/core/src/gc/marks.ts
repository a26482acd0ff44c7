import { digestOf, fromHex, hexOf, isJsonObject } from '../kernel/index.js';
import type { Digest } from '../kernel/index.js';

export interface GcMark {
  /** When a gc first found the object unreachable, and every one since did. Milliseconds since the epoch. */
  readonly since: number;
  /** The object's modification time then. */
  readonly changedAt: number;
}

/** What was unreachable at the last gc that deleted, or would have. */
export interface GcMarks {
  /** When they were written. Milliseconds since the epoch. */
  readonly at: number;
  readonly marks: ReadonlyMap<Digest, GcMark>;
}

const kind = 'nx-ml-gc-marks';

/** A line a mark, and the digest of all lines at the end: docs/design/gc.md. */
export function encodeMarks({ at, marks }: GcMarks): string {
  const lines = [...marks].map(
    ([digest, { since, changedAt }]) => `${hexOf(digest)} ${String(since)} ${String(changedAt)}\n`,
  );
  const body = `${JSON.stringify({ formatVersion: 1, kind, at })}\n${lines.sort().join('')}`;
  return `${body}${digestOf(body)}\n`;
}

/** @returns undefined for what is damaged or of another format: then every wait starts anew. */
export function decodeMarks(text: string): GcMarks | undefined {
  const end = text.lastIndexOf('\n', text.length - 2) + 1;
  const body = text.slice(0, end);
  if (text.slice(end) !== `${digestOf(body)}\n`) return undefined;
  const [head = '', ...lines] = body.trimEnd().split('\n');
  const header: unknown = JSON.parse(head);
  if (!isJsonObject(header) || header['formatVersion'] !== 1 || header['kind'] !== kind) return undefined;
  const { at } = header;
  return typeof at === 'number' ? { at, marks: new Map(lines.map(markIn)) } : undefined;
}

function markIn(line: string): readonly [Digest, GcMark] {
  const [hex = '', since, changedAt] = line.split(' ');
  return [fromHex(hex), { since: Number(since), changedAt: Number(changedAt) }];
}
