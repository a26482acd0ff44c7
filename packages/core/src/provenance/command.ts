import { MlError } from '../kernel/index.js';
import type { JsonObject, JsonValue } from '../kernel/index.js';

/** Splits a command into words the way a shell would, quotes respected; operators end a word. Good enough to look for files. */
export function commandWords(command: string): readonly string[] {
  const words = command.match(/"(?:[^"\\]|\\.)*"|'[^']*'|[^\s;&|<>()]+/g) ?? [];
  return words.map((word) => word.replace(/^(["'])(.*)\1$/s, '$2'));
}

export interface CommandEntries {
  /** Files of the project that the command names, relative to the project's root. */
  readonly files: readonly string[];
  /** Modules started with `python -m`. */
  readonly modules: readonly string[];
}

/**
 * The files that a command starts, as far as its words tell: every word that is a file of the project, and
 * `python -m module`.
 *
 * @param isFile answers for a path relative to the project's root.
 */
export function commandEntries(command: string, isFile: (path: string) => boolean): CommandEntries {
  const words = commandWords(command);
  const files = words.map((word) => word.replace(/^\.\//, '')).filter((word) => isFile(word));
  const modules = words.filter((_, index) => words[index - 1] === '-m' && isPython(words[index - 2]));
  return { files: [...new Set(files)], modules };
}

function isPython(word: string | undefined): boolean {
  return word !== undefined && programKind(word) === 'python';
}

export type ProgramKind = 'node' | 'python' | 'other';

/** What kind of interpreter a word of a command starts. */
export function programKind(word: string): ProgramKind {
  const name = word.split('/').at(-1) ?? word;
  if (/^python(\d+(\.\d+)?)?$/.test(name)) return 'python';
  if (/^(node|tsx|ts-node|npx)$/.test(name)) return 'node';
  return 'other';
}

/** Values for the placeholders of a command: `{params.alpha}`, `{seed}`, `{inputs.mails}`, `{outputs.model}`. */
export interface TemplateValues {
  readonly params: JsonObject;
  readonly seed: number;
  readonly inputs: Readonly<Record<string, string>>;
  readonly outputs: Readonly<Record<string, string>>;
}

const placeholder = /\{(params|inputs|outputs)\.([A-Za-z0-9_.-]+)\}|\{seed\}/g;

/**
 * Puts values into a command, quoted for `sh`, so that a parameter can never become shell code.
 *
 * @throws MlError ERR_ML_TEMPLATE_UNKNOWN
 */
export function renderCommand(command: string, values: TemplateValues, where: string): string {
  return command.replace(placeholder, (whole: string, group?: string, path?: string) => {
    const value = group === undefined ? values.seed : lookUp(values, group, path ?? '');
    if (value !== undefined) return quote(value);
    throw new MlError('ERR_ML_TEMPLATE_UNKNOWN', {
      message: `${where}: the command has ${whole}, which names nothing`,
      fix: `Use {seed} or one of: ${knownPlaceholders(values).join(', ')}.`,
    });
  });
}

function lookUp(values: TemplateValues, group: string, path: string): JsonValue | undefined {
  if (group === 'inputs') return values.inputs[path];
  if (group === 'outputs') return values.outputs[path];
  if (Object.hasOwn(values.params, path)) return values.params[path];
  return path
    .split('.')
    .reduce<JsonValue | undefined>(
      (value, key) =>
        typeof value === 'object' && value !== null && Object.hasOwn(value, key)
          ? (value as JsonObject)[key]
          : undefined,
      values.params,
    );
}

function knownPlaceholders(values: TemplateValues): readonly string[] {
  return [
    ...Object.keys(values.params).map((key) => `{params.${key}}`),
    ...Object.keys(values.inputs).map((key) => `{inputs.${key}}`),
    ...Object.keys(values.outputs).map((key) => `{outputs.${key}}`),
  ];
}

function quote(value: JsonValue): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return /^[A-Za-z0-9_./:=@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
