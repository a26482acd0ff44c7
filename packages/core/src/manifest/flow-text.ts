import { isJsonObject } from '../kernel/index.js';

/** A value as somebody would write it on one line of YAML: `[1, 2]`, `{ gpu: 1 }`, `node train.mjs`. */
export function flowText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => flowText(item)).join(', ')}]`;
  if (isJsonObject(value)) {
    const entries = Object.entries(value).map(([key, item]) => `${flowText(key)}: ${flowText(item)}`);
    return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
  }
  return typeof value === 'string' && isPlain(value) ? value : JSON.stringify(value);
}

/** Needs no quotes: YAML reads it as a text as it stands. */
function isPlain(text: string): boolean {
  const isOther = !Number.isNaN(Number(text)) || /^(?:true|false|null)$/i.test(text);
  return !isOther && /^[A-Za-z0-9./][A-Za-z0-9 ./_-]*$/.test(text) && !/^\.(?:nan|inf)$/i.test(text);
}

/** A received value in a message: on one line, cut where it is long, deep or has many items. */
export function shownValue(value: unknown): string {
  if (value === null) return 'empty';
  const text = outline(value, 3);
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`;
}

function outline(value: unknown, depth: number): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 60));
  if (typeof value !== 'object' || value === null) return String(value);
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  if (depth === 0) return `${open}...${close}`;
  const keys = Object.keys(value).slice(0, 20);
  const items = keys.map((key) => {
    const item = outline((value as Readonly<Record<string, unknown>>)[key], depth - 1);
    return Array.isArray(value) ? item : `${JSON.stringify(key)}:${item}`;
  });
  return `${open}${items.join(',')}${close}`;
}
