import type { z } from 'zod';

import { isJsonObject } from '../kernel/index.js';
import type { JsonObject } from '../kernel/index.js';
import { tunedModelRules } from './tune-rules.js';

/**
 * Rules between keys. They run whatever else is wrong, so that a file's problems are told all at once, and
 * therefore look at values whose own form may be wrong.
 */

type Context = z.core.$RefinementCtx;
type Path = (string | number)[];

const sources = ['files', 'pointer', 'hf', 'prepare'] as const;
const onlyWithPrepare = ['data', 'params', 'code', 'environment', 'resources'] as const;

export function datasetRules(value: unknown, context: Context): void {
  if (!isJsonObject(value)) return;
  const named = sources.filter((key) => key in value);
  if (named.length === 0)
    report(
      context,
      [],
      'a dataset needs one of `files`, `pointer`, `hf` or `prepare`',
      'Add for example `files: [data.csv]`.',
    );
  for (const extra of named.slice(1))
    report(
      context,
      [extra],
      `a dataset has one source, and \`${named[0] ?? ''}\` is given already`,
      `Keep one of ${named.map((key) => `\`${key}\``).join(', ')}.`,
    );
  if (!named.includes('prepare') && named.length > 0)
    for (const key of onlyWithPrepare)
      if (key in value)
        report(
          context,
          [key],
          `\`${key}\` has no effect without \`prepare\``,
          `Remove \`${key}\`, or add \`prepare\`.`,
        );
  inputNameRules(value, context, ['data']);
  secretRules(value, context, ['prepare']);
}

export function modelRules(value: unknown, context: Context): void {
  if (!isJsonObject(value)) return;
  inputNameRules(value, context, ['data', 'models'], [['model', 'the model that is evaluated']]);
  secretRules(value, context, ['train', 'evaluate']);
  gatedRules(value, context);
  packageRules(value, context);
  tunedModelRules(value, context);
}

/** What the gate judges is what `evaluate` says of the model of one seed. */
function gatedRules({ gate, evaluate, train }: JsonObject, context: Context): void {
  if (gate === undefined) return;
  if (evaluate === undefined)
    report(
      context,
      ['gate'],
      '`gate` judges what `evaluate` says of the model, and there is no `evaluate`',
      'Add `evaluate` with a command that writes predictions.jsonl.',
    );
  const seed = isJsonObject(gate) ? gate['seed'] : undefined;
  const seeds = isJsonObject(train) ? (train['seeds'] ?? [1]) : undefined;
  if (typeof seed !== 'number' || !Array.isArray(seeds) || seeds.includes(seed)) return;
  report(
    context,
    ['gate', 'seed'],
    `\`gate.seed\` is ${String(seed)}, and no model is trained with it`,
    `Write one of train.seeds: ${seeds.join(', ')}.`,
  );
}

/** One who answers, and only what that one heeds. */
function packageRules({ package: config }: JsonObject, context: Context): void {
  const serve = isJsonObject(config) ? config['serve'] : undefined;
  if (!isJsonObject(serve)) return;
  const path = ['package', 'serve'];
  if ('onnx' in serve === 'command' in serve)
    report(
      context,
      path,
      '`package.serve` needs one of `onnx` and `command`',
      'Write for example `serve: { onnx: model.onnx }`, or `serve: { command: node serve.mjs }`.',
    );
  for (const [key, needs] of [
    ['batch', 'onnx'],
    ['code', 'command'],
  ] as const)
    if (key in serve && !(needs in serve))
      report(context, [...path, key], `\`${key}\` has no effect without \`${needs}\``, `Remove \`${key}\`.`);
}

export function serviceRules(value: unknown, context: Context): void {
  if (isJsonObject(value)) inputNameRules(value, context, ['models']);
}

/** @param reserved names that are taken before any input has one, each with its holder. */
function inputNameRules(
  value: JsonObject,
  context: Context,
  keys: readonly string[],
  reserved: readonly (readonly [string, string])[] = [],
): void {
  const taken = new Map<string, string>(reserved);
  for (const key of keys)
    for (const { name, path } of inputNames(value[key])) {
      const holder = taken.get(name);
      const fix = `Write \`${key}\` as a map and give one of them another name, for example \`{ ${name}-2: ${name} }\`.`;
      if (holder !== undefined)
        report(context, [key, ...path], `the input name \`${name}\` is taken by ${holder}`, fix);
      taken.set(name, `another entry of \`${key}\``);
    }
}

function inputNames(value: unknown): readonly { readonly name: string; readonly path: Path }[] {
  if (Array.isArray(value))
    return value.flatMap((name: unknown, index) =>
      typeof name === 'string' ? [{ name, path: [index] }] : [],
    );
  return isJsonObject(value) ? Object.keys(value).map((name) => ({ name, path: [name] })) : [];
}

/** A variable is part of the key or it is a secret: as both, it would leak into the key. */
function secretRules(value: JsonObject, context: Context, steps: readonly string[]): void {
  const places: Path[] = [[], ...steps.map((step) => [step])];
  const listed = places.flatMap((place) => variablesAt(value, place));
  const env = new Set(listed.filter(({ list }) => list === 'env').map(({ name }) => name));
  for (const { list, name, path } of listed) {
    if (list === 'secrets' && env.has(name))
      report(
        context,
        path,
        `\`${name}\` is listed under both \`env\` and \`secrets\``,
        'Keep it in one of the two.',
      );
    if (name === 'ML_RUN') report(context, path, '`ML_RUN` is set by nx-ml itself', 'Remove it.');
  }
}

function variablesAt(value: JsonObject, place: Path): readonly { list: string; name: string; path: Path }[] {
  const owner = place[0] === undefined ? value : value[place[0]];
  const environment = isJsonObject(owner) ? owner['environment'] : undefined;
  if (!isJsonObject(environment)) return [];
  return ['env', 'secrets'].flatMap((list) =>
    inputNames(environment[list]).map(({ name, path }) => ({
      list,
      name,
      path: [...place, 'environment', list, ...path],
    })),
  );
}

function report(context: Context, path: Path, message: string, fix: string): void {
  context.addIssue({ code: 'custom', path, message, params: { fix, whole: true } });
}
