import type { JsonValue } from '../kernel/index.js';

export type JsonReading =
  | { readonly ok: true; readonly value: JsonValue }
  /** `cut`: the text ends before the value does. */
  | { readonly ok: false; readonly offset: number; readonly message: string; readonly cut: boolean };

export interface JsonOptions {
  /**
   * Reads the tokens NaN, Infinity and -Infinity, which Python's json.dumps writes and JSON does not know, and
   * numbers beyond a double, as the numbers they stand for, so that the caller can name what holds them.
   */
  readonly nonFinite?: boolean;
}

const maxDepth = 64;

/**
 * A JSON reader that is stricter than JSON.parse and says more: it refuses a key that stands twice in an object,
 * `__proto__` as a key, whole numbers that a double cannot hold exactly, and nesting beyond 64 levels, and gives
 * the offset (UTF-16 code units) of the fault. A byte order mark before the value is skipped.
 */
export function readJson(text: string, options: JsonOptions = {}): JsonReading {
  try {
    return { ok: true, value: new JsonReader(text, options.nonFinite === true).document() };
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error;
    return { ok: false, offset: error.offset, message: error.message, cut: error.cut };
  }
}

class JsonFault extends Error {
  constructor(
    message: string,
    readonly offset: number,
    readonly cut = false,
  ) {
    super(message);
  }
}

const space = /[ \t\n\r]*/y;
// eslint-disable-next-line no-control-regex -- JSON forbids raw control characters in a string
const string = /"[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\u0000-\u001f]*)*"/y;
/** What is left of a text that ends within a word, a number or a string. */
const remnant = /^(?:[\w.+-]*|"[^"\\]*(?:\\.[^"\\]*)*\\?)$/s;
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.+-])/y;
const nonFinite = /(?:NaN|-?Infinity)\b/y;
const literal = /(?:true|false|null)\b/y;

const literals: Readonly<Record<string, JsonValue>> = { true: true, false: false, null: null };

class JsonReader {
  private offset: number;
  private depth = 0;

  constructor(
    private readonly text: string,
    private readonly nonFinite: boolean,
  ) {
    this.offset = text.startsWith('\uFEFF') ? 1 : 0;
  }

  document(): JsonValue {
    const value = this.value();
    this.take(space);
    if (this.offset < this.text.length) throw this.fault('something follows the end of the JSON value');
    return value;
  }

  private value(): JsonValue {
    this.take(space);
    const next = this.text[this.offset];
    if (next === '{') return this.nested(() => this.object());
    if (next === '[') return this.nested(() => this.array());
    if (next === '"') return this.string();
    const word = this.take(literal);
    return word === undefined ? this.number() : (literals[word] ?? null);
  }

  private nested(read: () => JsonValue): JsonValue {
    if (this.depth === maxDepth) throw this.fault(`values are nested beyond ${String(maxDepth)} levels`);
    this.depth += 1;
    this.offset += 1;
    const value = read();
    this.depth -= 1;
    return value;
  }

  private object(): JsonValue {
    const value: Record<string, JsonValue> = {};
    this.list('}', () => {
      this.take(space);
      const start = this.offset;
      const key = this.string();
      if (Object.hasOwn(value, key))
        throw new JsonFault(`the key ${JSON.stringify(key)} stands twice`, start);
      if (key === '__proto__') throw new JsonFault('the key "__proto__" cannot be used', start);
      this.expect(':');
      value[key] = this.value();
    });
    return value;
  }

  private array(): JsonValue {
    const items: JsonValue[] = [];
    this.list(']', () => {
      items.push(this.value());
    });
    return items;
  }

  private list(end: string, item: () => void): void {
    this.take(space);
    if (this.text[this.offset] === end) {
      this.offset += 1;
      return;
    }
    for (;;) {
      item();
      this.take(space);
      if (this.text[this.offset] === end) break;
      this.expect(',', `"," or "${end}"`);
    }
    this.offset += 1;
  }

  private string(): string {
    const start = this.offset;
    const token = this.take(string);
    if (token === undefined) throw this.unexpected('a text in double quotes');
    const value = JSON.parse(token) as string;
    if (!value.isWellFormed()) throw new JsonFault('a text holds half of a surrogate pair', start);
    return value;
  }

  private number(): number {
    const start = this.offset;
    if (this.nonFinite) {
      const word = this.take(nonFinite);
      if (word !== undefined) return Number(word);
    }
    const token = this.take(number);
    if (token === undefined) throw this.unexpected('a JSON value');
    const value = Number(token);
    if (!this.nonFinite && !Number.isFinite(value))
      throw new JsonFault(`${token} is beyond the largest number`, start);
    if (/^-?\d+$/.test(token) && !Number.isSafeInteger(value) && !this.nonFinite)
      throw new JsonFault(`${token} is too large to be held exactly`, start);
    return value === 0 ? 0 : value;
  }

  private expect(character: string, wanted = `"${character}"`): void {
    this.take(space);
    if (this.text[this.offset] !== character) throw this.unexpected(wanted);
    this.offset += 1;
  }

  /** The text that a sticky pattern matches here, stepped over. */
  private take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.offset;
    const [token] = pattern.exec(this.text) ?? [];
    this.offset += token?.length ?? 0;
    return token;
  }

  private unexpected(wanted: string): JsonFault {
    const rest = this.text.slice(this.offset).trimEnd();
    const cut = remnant.test(rest);
    const found = rest === '' ? 'the text ends' : `${JSON.stringify(rest.slice(0, 20))} stands`;
    return new JsonFault(`${found} where ${wanted} was expected`, this.offset, cut);
  }

  private fault(message: string): JsonFault {
    return new JsonFault(message, this.offset);
  }
}
