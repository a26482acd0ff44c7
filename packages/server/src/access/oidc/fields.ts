import { isJsonObject } from '@nx-ml/core/kernel';
import type { JsonObject } from '@nx-ml/core/kernel';

/** Reads an object field by field, and knows all that it may have. Each method throws an Error with what is wrong, for people. */
export class Fields {
  readonly #object: JsonObject;

  constructor(value: unknown, known: readonly string[]) {
    if (!isJsonObject(value)) throw new Error('it is no object');
    const unknown = Object.keys(value).find((name) => !known.includes(name));
    if (unknown !== undefined)
      throw new Error(`${JSON.stringify(unknown.slice(0, 40))} is unknown; there are ${known.join(', ')}`);
    this.#object = value;
  }

  value(name: string): unknown {
    return this.#object[name];
  }

  text(name: string, pattern: RegExp, otherwise?: string): string {
    const value = this.#object[name] ?? otherwise;
    if (typeof value === 'string' && pattern.test(value)) return value;
    throw new Error(value === undefined ? `${name} is missing` : `${name} cannot be ${shown(value)}`);
  }

  optional(name: string, pattern: RegExp): string | undefined {
    return this.#object[name] === undefined ? undefined : this.text(name, pattern);
  }

  list(name: string): readonly unknown[] {
    const value = this.#object[name];
    if (Array.isArray(value) && value.length <= 1000) return value;
    throw new Error(`${name} must be a list`);
  }

  texts(name: string, pattern: RegExp, otherwise?: readonly string[]): readonly string[] {
    if (this.#object[name] === undefined && otherwise !== undefined) return otherwise;
    return this.list(name).map((value) => {
      if (typeof value === 'string' && pattern.test(value)) return value;
      throw new Error(`${name} cannot hold ${shown(value)}`);
    });
  }

  oneOf<const T extends string>(name: string, values: readonly T[], otherwise: T): T {
    const value = this.#object[name] ?? otherwise;
    const found = values.find((each) => each === value);
    if (found !== undefined) return found;
    throw new Error(`${name} must be ${values.join(' or ')}, not ${shown(value)}`);
  }

  someOf<const T extends string>(name: string, values: readonly T[], otherwise: readonly T[]): readonly T[] {
    if (this.#object[name] === undefined) return otherwise;
    return this.list(name).map((value) => {
      const found = values.find((each) => each === value);
      if (found !== undefined) return found;
      throw new Error(`${name} may hold ${values.join(', ')}; not ${shown(value)}`);
    });
  }
}

function shown(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 100);
}
