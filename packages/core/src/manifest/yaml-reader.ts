import { Composer, Lexer, Parser, Schema } from '../kernel/yaml.js';
import type { CST, Document } from '../kernel/yaml.js';

import type { JsonValue } from '../kernel/index.js';
import { problemOfYamlError, problemOfYamlWarning } from './yaml-problems.js';
import type { YamlProblem } from './yaml-problems.js';
import { locate } from './yaml-locate.js';
import type { YamlPath, YamlPlace } from './yaml-locate.js';
import { YamlValues } from './yaml-values.js';

/** A YAML text as plain JSON values, with the faults found and the way back from a value to its place. */
export interface YamlReading {
  /** Undefined when the text is no well-formed YAML, or empty. */
  readonly value: JsonValue | undefined;
  readonly problems: readonly YamlProblem[];
  /** Offsets of the key and of the value at a path, or of the deepest part of the path that exists. */
  locate(path: YamlPath): YamlPlace;
}

const maxBytes = 1_000_000;

/** Shared, because building one costs more than reading a small file. Unchanged by reading: no tag is ever added. */
const schema = new Schema({ schema: 'core', merge: false, resolveKnownTags: false });

/**
 * Reads YAML 1.2 as a configuration may hold it: one document of at most 1,000,000 bytes, JSON values only.
 * `no` and `2026-01-31` are strings, `1e-3` is a number. Refused, each with its place: a key used twice, a number
 * that is not finite or that a double cannot hold exactly, numbers with a leading zero, unknown tags, nesting
 * beyond 64 levels, more than 100 expansions of aliases. Merge keys (`<<`) of maps are followed.
 */
export function readYaml(text: string): YamlReading {
  const unreadable = unreadableReason(text);
  if (unreadable !== undefined) return failed([unreadable]);
  const documents = compose(text);
  if (documents === undefined) return failed([tooDeep]);
  const [document, second] = documents;
  if (second !== undefined) return failed([{ offset: second.range[0], syntax: true, ...secondDocument }]);
  if (document === undefined) return failed([empty]);
  const faults = [
    ...document.errors.map((error) => problemOfYamlError(error)),
    ...document.warnings.map((warning) => problemOfYamlWarning(warning)),
    ...versionProblems(document),
  ];
  if (faults.length > 0) return failed(faults);
  if (document.contents === null) return failed([empty]);
  const values = new YamlValues();
  const value = values.of(document.contents);
  return { value, problems: values.problems, locate: (path) => locate(document.contents, path) };
}

const empty = {
  offset: 0,
  syntax: true,
  message: 'the file is empty',
  fix: 'Write at least one `key: value`.',
};
const tooDeep = {
  offset: 0,
  syntax: false,
  message: 'values are nested too deeply',
  fix: 'Nest at most 64 levels.',
};
const secondDocument = {
  message: 'a second YAML document starts here',
  fix: 'Keep one document in the file: remove the `---` line, or move the rest to a file of its own.',
};

/** Collections that may be open at once while tokens are read: more than the 64 levels allowed, so that those get a place. */
const maxOpen = 100;

/**
 * The first documents of a text; undefined when collections are nested beyond all reason. Composing recurses, and a
 * stack that overflows within a regular expression ends the process, so the depth is looked at before.
 */
function compose(text: string): readonly Document.Parsed[] | undefined {
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  for (const lexeme of new Lexer().lex(text)) {
    tokens.push(...parser.next(lexeme));
    if (parser.stack.length > maxOpen) return undefined;
  }
  tokens.push(...parser.end());
  const composer = new Composer({ schema, stringKeys: true, uniqueKeys: false });
  return [...composer.compose(tokens, true, text.length)];
}

function failed(problems: readonly YamlProblem[]): YamlReading {
  return { value: undefined, problems, locate: () => ({ key: 0, value: 0 }) };
}

function versionProblems(document: Document): readonly YamlProblem[] {
  const version = document.directives?.yaml.version ?? '1.2';
  if (version === '1.2') return [];
  const message = `the file declares YAML ${version}`;
  return [{ offset: 0, syntax: true, message, fix: 'Remove the %YAML line: the file is read as YAML 1.2.' }];
}

function unreadableReason(text: string): YamlProblem | undefined {
  const bytes = Buffer.byteLength(text);
  if (bytes > maxBytes) {
    const message = `the file has ${String(bytes)} bytes; at most ${String(maxBytes)} are read`;
    return { offset: 0, syntax: true, message, fix: 'Keep data in files of their own and name them here.' };
  }
  if (!text.includes('\uFFFD') && !text.includes('\0') && text.isWellFormed()) return undefined;
  const offset = text.search(/[\0\uFFFD]|\p{Surrogate}/u);
  const message = 'the file is not text in UTF-8';
  return { offset, syntax: true, message, fix: 'Save the file as UTF-8.' };
}
