import { posix } from 'node:path';

import type { JsonObject, JsonValue } from '../../kernel/index.js';
import type { DvcDocument, DocumentPath } from './document.js';
import type { StageTemplate } from './expand.js';
import { pathInWorkspace } from './paths.js';
import { stageSchema } from './schema.js';
import type { StageDefinition } from './schema.js';
import { fillIn, isTemplate, textOf } from './template.js';
import type { UnpackOptions } from './unpack.js';
import { withVars } from './vars.js';

/** Parameters that a stage reads from one file. */
interface StageParams {
  /** Workspace-relative. */
  readonly file: string;
  /** Dotted names; undefined: all that the file holds. */
  readonly keys: readonly string[] | undefined;
}

export interface StageOut {
  /** Workspace-relative. */
  readonly path: string;
  readonly kind: 'file' | 'metrics' | 'plots';
  /** Settings as written, for what has no counterpart. */
  readonly settings: JsonObject;
}

/** A stage of a dvc.yaml, templates filled in; every path is workspace-relative. */
export interface DvcStage {
  readonly name: string;
  /** The dvc.yaml that it stands in. */
  readonly file: string;
  /** `dvc.yaml:12:3`, for messages. */
  readonly place: string;
  readonly description: string | undefined;
  /** Where its commands run. */
  readonly folder: string;
  /** Run one after the other, each in a shell of its own. */
  readonly commands: readonly string[];
  readonly deps: readonly string[];
  readonly outs: readonly StageOut[];
  readonly params: readonly StageParams[];
  readonly frozen: boolean;
  readonly alwaysChanged: boolean;
  readonly hasMeta: boolean;
}

export interface StageContext {
  readonly document: DvcDocument;
  /** The folder of the dvc.yaml. */
  readonly folder: string;
  /** Without the stage's own `vars`. */
  readonly scope: JsonObject;
  readonly unpack: UnpackOptions;
  /** Values of a params file, workspace-relative; undefined: no such file. */
  readonly load: (path: string) => JsonObject | undefined;
}

/** @throws MlError ERR_ML_DVC_INVALID, ERR_ML_PATH_UNSAFE */
export function resolveStage(template: StageTemplate, context: StageContext): DvcStage {
  const { document } = context;
  const scope = { ...context.scope, ...template.loop };
  const folder = workingFolder(template, { ...context, scope });
  const own = withVars(scope, varsOf(template, context), {
    load: (file) => context.load(pathInWorkspace(file, folder, document.place(template.path))),
    refuse: (index, message, fix) =>
      document.refuse([...template.path, 'vars', index], `\`vars\` ${message}`, fix),
  });
  const filled = Object.fromEntries(
    Object.entries(template.definition)
      .filter(([key]) => key !== 'vars')
      .map(([key, value]) => [key, fillAt([...template.path, key], value, { ...context, scope: own })]),
  );
  const what = `the stage ${template.name}`;
  const definition = document.check(filled, { path: template.path, schema: stageSchema, what });
  return stageOf(definition, { template, folder, document });
}

function varsOf(template: StageTemplate, { document }: StageContext): readonly JsonValue[] {
  const { vars } = template.definition;
  if (vars === undefined) return [];
  const at = [...template.path, 'vars'];
  if (!Array.isArray(vars)) throw document.refuse(at, '`vars` is no list', 'List files and maps.');
  if (isTemplate(JSON.stringify(vars)))
    throw document.refuse(
      at,
      '`vars` holds ${...}, which DVC does not fill in there',
      'Write the value out.',
    );
  return vars as readonly JsonValue[];
}

function fillAt(path: DocumentPath, value: JsonValue, context: StageContext): JsonValue {
  const refuse = (message: string, fix: string) => context.document.refuse(path, message, fix);
  const isCommand = path.at(-1) === 'cmd';
  return fillIn(value, { scope: context.scope, refuse, ...(isCommand ? { unpack: context.unpack } : {}) });
}

/** `wdir` is filled in before the stage's own `vars` are read, since those are read from there. */
function workingFolder(template: StageTemplate, context: StageContext): string {
  const wdir = template.definition['wdir'];
  const path = [...template.path, 'wdir'];
  if (typeof wdir !== 'string') return context.folder;
  return pathInWorkspace(textOf(fillAt(path, wdir, context)), context.folder, context.document.place(path));
}

interface StageParts {
  readonly template: StageTemplate;
  readonly folder: string;
  readonly document: DvcDocument;
}

function stageOf(definition: StageDefinition, { template, folder, document }: StageParts): DvcStage {
  const at = (key: string) => (path: string) =>
    pathInWorkspace(path, folder, document.place([...template.path, key]));
  const outsOf = (key: 'outs' | 'metrics' | 'plots', kind: StageOut['kind']) =>
    (definition[key] ?? []).flatMap((entry) =>
      entriesOf(entry).map(([path, settings]) => ({ path: at(key)(path), kind, settings })),
    );
  return {
    name: template.name,
    file: document.file,
    place: document.place(template.path),
    description: definition.desc,
    folder,
    commands: commandLines(definition.cmd),
    deps: [...new Set((definition.deps ?? []).map(at('deps')))],
    outs: [...outsOf('outs', 'file'), ...outsOf('metrics', 'metrics'), ...outsOf('plots', 'plots')],
    params: paramsOf(definition.params ?? [], at('params')),
    frozen: definition.frozen ?? false,
    alwaysChanged: definition.always_changed ?? false,
    hasMeta: definition.meta !== undefined,
  };
}

/** The commands that a `cmd` stands for, one a line. */
export function commandLines(cmd: StageDefinition['cmd']): readonly string[] {
  const lines = typeof cmd === 'string' ? cmd.split(/\r?\n/) : cmd;
  return lines.map((line) => line.trim()).filter((line) => line !== '');
}

function entriesOf(
  entry: string | Readonly<Record<string, unknown>>,
): readonly (readonly [string, JsonObject])[] {
  if (typeof entry === 'string') return [[entry, {}]];
  return Object.entries(entry).map(([path, settings]) => [path, (settings ?? {}) as JsonObject]);
}

function paramsOf(
  entries: NonNullable<StageDefinition['params']>,
  at: (path: string) => string,
): readonly StageParams[] {
  const files = new Map<string, Set<string> | undefined>();
  const add = (file: string, keys: readonly string[] | null): void => {
    const path = at(file);
    const known = files.has(path) ? files.get(path) : new Set<string>();
    // Without names all of the file counts, whatever else is listed.
    const all = keys === null || keys.length === 0 || known === undefined;
    files.set(path, all ? undefined : new Set([...known, ...keys]));
  };
  for (const entry of entries)
    if (typeof entry === 'string') add('params.yaml', [entry]);
    else for (const [file, keys] of Object.entries(entry)) add(posix.normalize(file), keys);
  return [...files].map(([file, keys]) => ({ file, keys: keys === undefined ? undefined : [...keys] }));
}
