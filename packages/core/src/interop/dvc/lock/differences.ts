import { canonicalJson, isJsonObject } from '../../../kernel/index.js';
import type { JsonObject, JsonValue } from '../../../kernel/index.js';
import type { HashedData } from '../hashed-data.js';
import { hasValues, readParams } from '../params/index.js';
import { isWithin } from '../paths.js';
import type { PointerFile } from '../project.js';
import type { DvcStage } from '../stage.js';
import type { DvcTree } from '../tree.js';
import type { DvcBytes } from './bytes.js';
import type { LockedStage } from './locked-stage.js';

/** Why DVC would run a stage too. */
export type LockDifference =
  | { readonly kind: 'never-ran' }
  /** `always_changed`. */
  | { readonly kind: 'always' }
  | { readonly kind: 'command' }
  /** `recorded` undefined: dvc.lock has no such parameter; `now` undefined: the file has none any more. */
  | {
      readonly kind: 'parameter';
      readonly file: string;
      readonly name: string;
      readonly recorded: JsonValue | undefined;
      readonly now: JsonValue | undefined;
    }
  | { readonly kind: 'dependency'; readonly path: string; readonly isNew: boolean }
  | { readonly kind: 'new-output'; readonly path: string };

export interface DifferencesContext {
  readonly tree: DvcTree;
  readonly bytes: DvcBytes;
  readonly pointers: readonly PointerFile[];
}

/** As `dvc status` finds them: what dvc.lock has beyond dvc.yaml does not count. */
export function lockDifferences(
  stage: DvcStage,
  locked: LockedStage | undefined,
  context: DifferencesContext,
): readonly LockDifference[] {
  if (locked === undefined) return [{ kind: 'never-ran' }];
  return [
    ...(stage.alwaysChanged ? [{ kind: 'always' } as const] : []),
    // A params file that is a dependency as well counts whole, below.
    ...stage.params
      .filter(({ file }) => !stage.deps.some((dep) => isWithin(file, dep)))
      .flatMap((params) => changedParams(params, locked, context)),
    ...stage.deps.flatMap((path) => changedDependency(path, locked, context)),
    ...stage.outs.flatMap(({ path }) =>
      locked.outs.has(path) ? [] : [{ kind: 'new-output', path } as const],
    ),
    ...(sameCommands(stage.commands, locked.commands) ? [] : [{ kind: 'command' } as const]),
  ];
}

function sameCommands(now: readonly string[], recorded: readonly string[]): boolean {
  // JSON has one kind of number: a template that gives `1.0` to DVC gives `1` here.
  const plain = (command: string): string => command.replace(/(?<![\w.])(-?\d+)\.0+(?![\w.])/g, '$1');
  return now.map(plain).join('\n') === recorded.map(plain).join('\n');
}

function changedParams(
  { file, keys }: DvcStage['params'][number],
  { params }: LockedStage,
  { tree }: DifferencesContext,
): readonly LockDifference[] {
  const reading = hasValues(file) ? readParams(tree, file) : undefined;
  if (reading === undefined) return [];
  const recorded = params.get(file) ?? {};
  const isHeld = (name: string): boolean =>
    !reading.uncarried.some((each) => each.name === name || each.name.startsWith(`${name}.`));
  const names = keys ?? [...new Set([...Object.keys(reading.values), ...Object.keys(recorded)])];
  return names
    .filter(isHeld)
    .map((name) => ({ name, now: valueAt(reading.values, name), recorded: own(recorded, name) }))
    .filter(({ now, recorded: before }) => !isSame(now, before))
    .map((each) => ({ kind: 'parameter', file, ...each }));
}

/** A dotted name, as DVC finds it. */
function valueAt(values: JsonObject, name: string): JsonValue | undefined {
  return name
    .split('.')
    .reduce<JsonValue | undefined>(
      (value, part) => (isJsonObject(value) ? own(value, part) : undefined),
      values,
    );
}

function own(values: JsonObject, name: string): JsonValue | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}

function isSame(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return canonicalJson(a) === canonicalJson(b);
}

function changedDependency(
  path: string,
  { deps }: LockedStage,
  context: DifferencesContext,
): readonly LockDifference[] {
  const recorded = deps.get(path);
  if (recorded !== undefined)
    return isOther(recorded, context) ? [{ kind: 'dependency', path, isNew: false }] : [];
  return deps.has(path) ? [] : [{ kind: 'dependency', path, isNew: true }];
}

/** Where a .dvc file names the same path, what it names counts: that is what a run reads. */
function isOther(recorded: HashedData, { bytes, pointers }: DifferencesContext): boolean {
  const pointed = pointers.flatMap(({ data }) => data).find(({ path }) => path === recorded.path);
  if (pointed === undefined) return bytes.stateOf(recorded) === 'other';
  // DVC 2 and 3 hash texts differently, so that sums of the two say nothing.
  return pointed.legacy === recorded.legacy && pointed.md5 !== recorded.md5;
}
