import { TransportFailure } from '../http-client/index.js';

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/**
 * The contents of every `<name>…</name>` in an answer. Answers of S3 are flat lists of elements, without attributes
 * that matter and without an element within another of its name, so no parser of all of XML is needed; what uses more
 * of XML than that is no answer of S3.
 *
 * @throws TransportFailure
 */
export function elements(xml: string, name: string): string[] {
  if (xml.includes('<!')) throw new TransportFailure('an answer that is not S3’s');
  const opening = new RegExp(`<${name}(?:\\s[^<>]*)?>`, 'g');
  const found: string[] = [];
  for (let match = opening.exec(xml); match !== null; match = opening.exec(xml)) {
    const end = xml.indexOf(`</${name}>`, opening.lastIndex);
    if (end < 0) throw new TransportFailure('an answer that is cut short');
    found.push(xml.slice(opening.lastIndex, end));
    opening.lastIndex = end;
  }
  return found;
}

/** The text of the first `<name>`; undefined without one. */
export function textOf(xml: string, name: string): string | undefined {
  const inner = elements(xml, name)[0];
  if (inner === undefined || inner.includes('<')) return undefined;
  return inner.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(\w{1,4}));/gi, (all, hex, decimal, entity) =>
    decode(all, [hex, decimal, entity] as (string | undefined)[]),
  );
}

function decode(all: string, [hex, decimal, entity]: (string | undefined)[]): string {
  if (entity !== undefined) return entities[entity] ?? all;
  const point = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
  return point <= 0x10ffff ? String.fromCodePoint(point) : all;
}

/** A whole number that a number of bytes or a count can be; undefined for anything else. */
export function numberOf(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d{1,15}$/.test(text)) return undefined;
  return Number(text);
}
