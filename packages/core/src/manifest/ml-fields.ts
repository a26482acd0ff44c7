import { projectName } from '../documents/index.js';
import type { JsonValue } from '../kernel/index.js';
import * as z from '../kernel/zod.js';
import {
  bytesPattern,
  bytesRule,
  durationPattern,
  durationRule,
  parseBytes,
  parseDuration,
} from './quantities.js';

/**
 * The values that keys of an ml.yaml take. The message of each schema says what is allowed and completes the
 * sentence "`key` must be ...".
 */

const inputRule = 'a name for the code to use: letters, digits, _ -, beginning with a letter';
const inputName = text(/^[A-Za-z][A-Za-z0-9_-]*$/, inputRule);

const inputsRule = 'a list of project names, or a map from the name that the code uses to a project name';
const list = z.array(projectName).meta({ uniqueItems: true });
const map = z.record(inputName, projectName, inputsRule);
/** Upstream projects: `[spam-mails]`, or `{ mails: spam-mails }`. That no name stands twice is a rule of ml-rules.ts. */
export const inputs = z.union([list, map], inputsRule);

const oneRule = `${inputsRule}, with at least one entry`;
const oneOrMore = map.refine((value) => Object.keys(value).length > 0, oneRule).meta({ minProperties: 1 });
export const atLeastOneInput = z.union(
  [list.min(1, oneRule).meta({ uniqueItems: true }), oneOrMore],
  oneRule,
);

/** A path inside the project: relative, with `/`, no `..`; a leading `./` is allowed. */
const inside = String.raw`^(?!/|[A-Za-z]:)(?!(?:.*/)?\.\.(?:/|$))[^\\]*`;
const paramsFileRule = 'parameters as a map, or the name of a .yaml or .json file inside the project';
const paramsFile = text(new RegExp(String.raw`${inside}[^\\/]\.(?:ya?ml|json)$`), paramsFileRule);
/** Values need no check here: everything that YAML is read into is JSON already. */
const jsonValue = z.unknown() as unknown as z.ZodType<JsonValue>;
export const paramValues = z.record(z.string(), jsonValue, 'a map of parameters');
export const params = z.union([paramValues, paramsFile], paramsFileRule);

const pointerRule = 'the name of a .ref.json or .dvc file inside the project';
export const pointerFile = text(new RegExp(String.raw`${inside}[^\\/]\.(?:ref\.json|dvc)$`), pointerRule);

const globRule = 'a glob, or a list of globs, relative to the project, with / between folders';
const glob = text(/^!?(?!\/|[A-Za-z]:)[^\\]*[^\\\s]$/, globRule);
const insideRule = 'a glob, or a list of globs, of files inside the project, with / between folders';
const insideGlob = text(/^!?(?!\/|[A-Za-z]:)(?!(?:.*\/)?\.\.(?:\/|$))[^\\]*[^\\\s]$/, insideRule);
/** Globs that may leave the project's folder. */
export const globs = z.union([glob, z.array(glob)], globRule);
export const insideGlobs = z.union([insideGlob, z.array(insideGlob).min(1, 'at least one glob')], insideRule);

const hubPart = '[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?';
const hubRule = 'a dataset of the Hugging Face hub and a commit of it: name@commit or org/name@commit';
/** That the revision is a commit is checked where the error can name the commit that a branch is at. */
const hubName = text(new RegExp(`^${hubPart}(?:/${hubPart})?@[A-Za-z0-9][A-Za-z0-9._/-]*$`), hubRule).max(
  400,
  { error: 'at most 400 characters long' },
);
/** Either the name alone, which means all files of the snapshot, or also the files. */
export const hubDataset = z.union(
  [
    hubName,
    z.strictObject(
      {
        name: hubName.meta({
          title: 'Name and commit',
          description: 'The dataset, and the commit of it that is meant.',
          examples: ['stanfordnlp/imdb@e6281661ce1c48d982bc483cf8a173c1bbeb5d31'],
        }),
        files: insideGlobs.meta({
          title: 'Files',
          description: 'Globs of the files that are meant, relative to the snapshot.',
          examples: [['plain_text/*.parquet']],
        }),
      },
      hubRule,
    ),
  ],
  `${hubRule}, or a map with name and files`,
);

export const command = text(/\S/, 'a command line, as you would type it in the project’s folder');
export const description = z.string('a text');
export const tags = uniqueList(text(/^\S(?:.*\S)?$/, 'a word'), 'a list of words');

const variableRule = 'a list of names of environment variables';
export const variables = uniqueList(text(/^[A-Za-z_][A-Za-z0-9_]*$/, variableRule), variableRule);
const packageRule = 'a list of package names, without versions';
export const packages = uniqueList(text(/^[A-Za-z0-9@][A-Za-z0-9@/._-]*$/, packageRule), packageRule);
export const python = text(/^\S(?:[^\n]*\S)?$/, 'the name of a Python interpreter, or an absolute path');

const gpuRule = 'a whole number of GPUs, 0 or more';
export const gpu = z.int(gpuRule).min(0, gpuRule).max(1024, 'at most 1024');
const memoryNumber = z.int(bytesRule).min(0, bytesRule);
const memoryText = text(bytesPattern, bytesRule).refine(
  (value) => parseBytes(value) !== undefined,
  bytesRule,
);
export const memory = z.union([memoryNumber, memoryText], bytesRule);

export const timeout = text(durationPattern, durationRule).refine(
  (value) => parseDuration(value) !== undefined,
  durationRule,
);

const seedsRule = 'a list of at least one whole number from 0 to 4294967295, none twice';
const seed = z.int(seedsRule).min(0, seedsRule).max(4_294_967_295, seedsRule);
export const seeds = uniqueList(seed, seedsRule).min(1, seedsRule);

export const metricsPolicy = z.enum(['required', 'optional'], '`required` or `optional`');

function text(pattern: RegExp, allowed: string): z.ZodString {
  return z.string(allowed).regex(pattern, { error: allowed, abort: true });
}

function uniqueList<T extends z.ZodType<string | number>>(item: T, allowed: string): z.ZodArray<T> {
  return z
    .array(item, allowed)
    .refine((list) => new Set(list).size === list.length, { error: 'a list that names nothing twice' })
    .meta({ uniqueItems: true });
}
