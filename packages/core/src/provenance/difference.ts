import { canonicalJson, compareText, isJsonObject } from '../kernel/index.js';
import type { Digest, JsonObject, JsonValue } from '../kernel/index.js';
import { fileChanges } from '../store/index.js';
import type { FileChange } from '../store/index.js';
import type { RunKeyDocument } from './run-key.js';

/** One thing that a run's key is made of, and that is another in two documents. Absent on one side: undefined. */
export type KeyChange =
  | ({ readonly what: 'code' } & FileChange)
  | {
      readonly what: 'data' | 'model';
      /** The name that the code sees. */
      readonly name: string;
      readonly project: string;
      readonly before?: Digest;
      readonly after?: Digest;
    }
  | {
      readonly what: 'param';
      /** `optimizer.rate`. */
      readonly name: string;
      readonly before?: JsonValue;
      readonly after?: JsonValue;
    }
  | {
      readonly what: 'package' | 'interpreter' | 'variable' | 'command' | 'platform' | 'accelerator' | 'seed';
      readonly name: string;
      readonly before?: string;
      readonly after?: string;
    };

/** What two documents have in common, by the same names. */
export interface KeySame {
  readonly code: readonly string[];
  readonly inputs: readonly string[];
  readonly params: readonly string[];
  readonly packages: Readonly<Record<string, string>>;
  readonly interpreters: Readonly<Record<string, string>>;
  readonly variables: readonly string[];
}

export interface KeyDifference {
  /** In the order in which people look for reasons: data, models, parameters, code, environment. Empty: same key. */
  readonly changes: readonly KeyChange[];
  readonly same: KeySame;
}

/** What of a run's key changed from one document to another, down to the file, the parameter and the package. */
export function keyDifference(before: RunKeyDocument, after: RunKeyDocument): KeyDifference {
  const [a, b] = [before.environment, after.environment];
  const params = [flatten(before.params), flatten(after.params)] as const;
  const changes: KeyChange[] = [
    ...inputChanges(before, after),
    ...changed(...params, canonicalJson).map((change) => ({ what: 'param' as const, ...change })),
    ...textChanges('seed', { seed: seedText(before) }, { seed: seedText(after) }),
    ...textChanges('command', { command: before.command }, { command: after.command }),
    ...fileChanges(before.code, after.code).map((change) => ({ what: 'code' as const, ...change })),
    ...textChanges('interpreter', a.interpreters, b.interpreters),
    ...textChanges('package', a.packages, b.packages),
    ...textChanges('variable', withoutNull(a.env), withoutNull(b.env)),
    ...textChanges('platform', { platform: a.platform }, { platform: b.platform }),
    ...textChanges('accelerator', { accelerator: a.accelerator }, { accelerator: b.accelerator }),
  ];
  return { changes, same: sameOf(before, after) };
}

/** How many separate things a key is made of. */
export function keySize({ code, inputs, params, environment }: RunKeyDocument): number {
  const { interpreters, packages, env } = environment;
  const counted = [inputs, flatten(params), interpreters, packages, env].map(
    (part) => Object.keys(part).length,
  );
  const fixed = 4; // command, seed, platform, accelerator
  return fixed + code.length + counted.reduce((sum, count) => sum + count, 0);
}

function inputChanges(before: RunKeyDocument, after: RunKeyDocument): readonly KeyChange[] {
  return namesOf(before.inputs, after.inputs).flatMap((name) => {
    const [old, now] = [own(before.inputs, name), own(after.inputs, name)];
    const shown = now ?? old;
    if (shown === undefined || (old?.digest === now?.digest && old?.project === now?.project)) return [];
    return [{ what: shown.kind, name, project: shown.project, ...sides(old?.digest, now?.digest) }];
  });
}

interface Change<T> {
  readonly name: string;
  readonly before?: T;
  readonly after?: T;
}

function changed<T>(
  before: Readonly<Record<string, T>>,
  after: Readonly<Record<string, T>>,
  text: (value: T) => string,
): readonly Change<T>[] {
  return namesOf(before, after).flatMap((name) => {
    const [old, now] = [own(before, name), own(after, name)];
    const isSame = old !== undefined && now !== undefined && text(old) === text(now);
    return isSame ? [] : [{ name, ...sides(old, now) }];
  });
}

function textChanges(
  what: Exclude<KeyChange['what'], 'code' | 'data' | 'model' | 'param'>,
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): readonly KeyChange[] {
  return changed(before, after, (value) => value).map((change) => ({ what, ...change }));
}

function sides<T>(before: T | undefined, after: T | undefined): { readonly before?: T; readonly after?: T } {
  return { ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) };
}

function sameOf(before: RunKeyDocument, after: RunKeyDocument): KeySame {
  const old = new Map(before.code.map(({ path, digest }) => [path, digest]));
  const [a, b] = [before.environment, after.environment];
  return {
    code: after.code.flatMap(({ path, digest }) => (old.get(path) === digest ? [path] : [])),
    inputs: Object.keys(common(before.inputs, after.inputs)),
    params: Object.keys(common(flatten(before.params), flatten(after.params))),
    packages: common(a.packages, b.packages),
    interpreters: common(a.interpreters, b.interpreters),
    variables: Object.keys(common(a.env, b.env)),
  };
}

function common<T>(
  before: Readonly<Record<string, T>>,
  after: Readonly<Record<string, T>>,
): Readonly<Record<string, T>> {
  const same = Object.entries(after).filter(
    ([name, value]) => Object.hasOwn(before, name) && canonicalJson(before[name]) === canonicalJson(value),
  );
  return Object.fromEntries(same);
}

function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

function namesOf(before: object, after: object): readonly string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].sort(compareText);
}

function seedText({ seed }: RunKeyDocument): string {
  return seed === null ? 'none' : String(seed);
}

/** A declared variable that is not set reads as absent. */
function withoutNull(env: Readonly<Record<string, string | null>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === null ? [] : [[name, value]])),
  );
}

/** `{ a: { b: 1 } }` as `{ "a.b": 1 }`; lists stay whole. */
export function flatten(params: JsonObject, prefix = ''): Readonly<Record<string, JsonValue>> {
  return Object.fromEntries(
    Object.entries(params).flatMap(([name, value]) =>
      isJsonObject(value) && Object.keys(value).length > 0
        ? Object.entries(flatten(value, `${prefix}${name}.`))
        : [[`${prefix}${name}`, value] as const],
    ),
  );
}
