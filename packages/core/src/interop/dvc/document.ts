import type { z } from 'zod';

import { isJsonObject } from '../../kernel/index.js';
import type { JsonObject, JsonValue, MlError } from '../../kernel/index.js';
import { positionAt } from '../../documents/index.js';
import { nearestWord, readYaml } from '../../manifest/index.js';
import { dvcError } from './problem.js';

export type DocumentPath = readonly (string | number)[];

/** One YAML file of a DVC project, with the way back from a value to its line. */
export class DvcDocument {
  readonly value: JsonObject;
  readonly #text: string;
  readonly #locate: (path: DocumentPath) => number;

  /**
   * @param file workspace-relative.
   * @throws MlError ERR_ML_DVC_INVALID for what is not YAML, not a map, or beyond the limits of readYaml.
   */
  constructor(
    text: string,
    readonly file: string,
  ) {
    const reading = readYaml(text);
    const [problem] = [...reading.problems].sort((a, b) => a.offset - b.offset);
    this.#text = text;
    this.#locate = (path) => reading.locate(path).key;
    if (problem !== undefined) {
      const { message, fix } = problem;
      throw dvcError({ where: this.#placeAt(problem.offset), message, fix });
    }
    const { value } = reading;
    if (!isJsonObject(value)) throw this.refuse([], 'holds no map', 'Restore the file from git.');
    this.value = value;
  }

  /** `dvc.yaml:12:5`: the key at a path, or of the deepest part of it that the file has. */
  place(path: DocumentPath): string {
    return this.#placeAt(this.#locate(path));
  }

  refuse(path: DocumentPath, message: string, fix: string): MlError {
    return dvcError({ where: this.place(path), message, fix });
  }

  /**
   * The value at a path as its schema has it.
   *
   * @param what names the value for people: `a stage`.
   * @throws MlError ERR_ML_DVC_INVALID for the first fault, with its line.
   */
  check<T>(value: JsonValue, { path, schema, what }: Checked<T>): T {
    const result = schema.safeParse(value);
    if (result.success) return result.data;
    const issue = deepest(result.error.issues);
    const at = [...path, ...issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part))];
    if (issue.code !== 'unrecognized_keys') {
      const key = issue.path.length === 0 ? what : `\`${issue.path.join('.')}\` of ${what}`;
      throw this.refuse(at, `${key} must be ${issue.message}`, 'Correct it; DVC reads it the same way.');
    }
    const [unknown = ''] = issue.keys;
    const near = nearestWord(unknown, knownKeys(schema));
    const ask = near === undefined ? '' : `: did you mean \`${near}\`?`;
    throw this.refuse(
      [...at, unknown],
      `\`${unknown}\` is no key of ${what}${ask}`,
      'Correct it, or remove it.',
    );
  }

  #placeAt(offset: number): string {
    const { line, column } = positionAt(this.#text, offset);
    return `${this.file}:${String(line)}:${String(column)}`;
  }
}

export interface Checked<T> {
  readonly path: DocumentPath;
  readonly schema: z.ZodType<T>;
  readonly what: string;
}

type Issue = z.core.$ZodIssue;

/** The fault within a union that got furthest: `outs[0].cach` rather than "neither text nor map". */
function deepest(issues: readonly Issue[]): Issue {
  const [first] = issues;
  if (first === undefined) throw new RangeError('a failed check has an issue');
  if (first.code !== 'invalid_union') return first;
  const inner = first.errors
    .flatMap((each) => each.slice(0, 1))
    .map((issue) => deepest([issue]))
    .find((issue) => issue.path.length > 0 || issue.code === 'unrecognized_keys');
  return inner === undefined ? first : { ...inner, path: [...first.path, ...inner.path] };
}

function knownKeys(schema: z.ZodType): readonly string[] {
  return 'shape' in schema && isJsonObject(schema.shape) ? Object.keys(schema.shape) : [];
}
