import type { z } from 'zod';

import { isJsonObject } from '../kernel/index.js';
import type { JsonObject } from '../kernel/index.js';
import { flowText, shownValue } from './flow-text.js';
import { exampleAt } from './ml-keys.js';
import type { MlKind } from './ml-config.js';
import { unknownKey } from './ml-unknown-keys.js';

type Issue = z.core.$ZodIssue;
type Path = readonly (string | number)[];

/** A fault of an ml.yaml in words, with the path of the key or value that it is about. */
export interface Finding {
  readonly path: Path;
  readonly message: string;
  readonly fix: string;
}

/** Placing a finding takes time; nobody reads more. */
const maxFindings = 200;

/** Words the issues that the definition of ml.yaml found in a document of a kind; the first 200 of them. */
export function findingsOf(issues: readonly Issue[], kind: MlKind, document: JsonObject): readonly Finding[] {
  const flat = issues.slice(0, maxFindings).flatMap((issue) => flatten(issue));
  const meant = new Set<string>();
  const unknown = flat.flatMap((issue) =>
    issue.code === 'unrecognized_keys' ? unknownKeyFindings(issue, kind, meant) : [],
  );
  const rest = flat
    .filter((issue) => issue.code !== 'unrecognized_keys')
    .filter((issue) => !meant.has(pathText(issue.path)))
    .map((issue) => findingOf(issue, kind, document));
  return [...unknown, ...rest].slice(0, maxFindings);
}

/** Replaces the failure of a union by the issues of the form that the value has, where it has one of the forms. */
function flatten(issue: Issue): readonly Issue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const form = issue.errors.find((branch) =>
    branch.every((inner) => inner.path.length > 0 || inner.code !== 'invalid_type'),
  );
  if (form === undefined || form.length === 0) return [issue];
  return form.flatMap((inner) => flatten({ ...inner, path: [...issue.path, ...inner.path] }));
}

function unknownKeyFindings(
  issue: z.core.$ZodIssueUnrecognizedKeys,
  kind: MlKind,
  meant: Set<string>,
): readonly Finding[] {
  return issue.keys.slice(0, maxFindings).map((key) => {
    const path = plainPath(issue.path);
    const { message, fix, meant: right } = unknownKey(kind, path, key);
    if (right !== undefined) meant.add(pathText([...path, right]));
    return { path: [...path, key], message, fix };
  });
}

function findingOf(issue: Issue, kind: MlKind, document: JsonObject): Finding {
  const path = plainPath(issue.path);
  if (issue.code === 'custom' && issue.params?.['whole'] === true)
    return { path, message: issue.message, fix: String(issue.params['fix']) };
  const value = valueAt(document, path);
  const example = exampleFix(kind, path, value);
  if (value === undefined)
    return { path, message: `\`${pathText(path)}\` is missing`, fix: `Add ${example}.` };
  if (issue.code === 'invalid_key') {
    const rule = issue.issues[0]?.message ?? issue.message;
    return { path, message: `the name \`${String(path.at(-1))}\` must be ${rule}`, fix: 'Use another name.' };
  }
  const message = `\`${pathText(path)}\` is ${shownValue(value)} and must be ${issue.message}`;
  return { path, message, fix: `Write ${example}.` };
}

/** How the key at a path is written right: from the value itself where only its brackets are missing. */
function exampleFix(kind: MlKind, path: Path, value: unknown): string {
  const keys = path.slice(0, path.findLastIndex((part) => typeof part === 'string') + 1);
  const known = keys.findLastIndex((_, index) => exampleAt(kind, keys.slice(0, index + 1)) !== undefined);
  const owner = keys.slice(0, known + 1);
  const example = exampleAt(kind, owner);
  const bare = Array.isArray(example) && typeof value === 'string' && owner.length === path.length;
  const key = String(owner.at(-1));
  return bare ? `\`${key}: [${flowText(value)}]\`` : `for example \`${key}: ${flowText(example)}\``;
}

function valueAt(document: JsonObject, path: Path): unknown {
  return path.reduce<unknown>((value, part) => {
    if (Array.isArray(value)) return (value as readonly unknown[])[Number(part)];
    return isJsonObject(value) && Object.hasOwn(value, part) ? value[String(part)] : undefined;
  }, document);
}

function plainPath(path: readonly PropertyKey[]): Path {
  return path.map((part) => (typeof part === 'number' ? part : String(part)));
}

/** `train.seeds[0]`. */
function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${String(part)}]`;
    return text === '' ? String(part) : `${text}.${String(part)}`;
  }, '');
}
