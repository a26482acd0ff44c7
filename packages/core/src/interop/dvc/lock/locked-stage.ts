import { isJsonObject } from '../../../kernel/index.js';
import type { JsonObject } from '../../../kernel/index.js';
import { DvcDocument } from '../document.js';
import { hashedData } from '../hashed-data.js';
import type { HashedData } from '../hashed-data.js';
import { pathInWorkspace } from '../paths.js';
import { lockedStageSchema, lockSchema } from '../schema.js';
import type { HashedPath } from '../schema.js';
import { commandLines } from '../stage.js';
import type { DvcStage } from '../stage.js';

/** What dvc.lock recorded of a stage when it last ran; every path is workspace-relative. */
export interface LockedStage {
  readonly commands: readonly string[];
  /** Values by dotted name, by file. */
  readonly params: ReadonlyMap<string, JsonObject>;
  /** Undefined: known without an MD5 sum. */
  readonly deps: ReadonlyMap<string, HashedData | undefined>;
  readonly outs: ReadonlyMap<string, HashedData | undefined>;
}

/** @throws MlError ERR_ML_DVC_INVALID for what is no dvc.lock of DVC 2 or newer. */
export function openLock(text: string, file: string): DvcDocument {
  const document = new DvcDocument(text, file);
  document.check(document.value, { path: [], schema: lockSchema, what: 'dvc.lock' });
  return document;
}

/**
 * What a dvc.lock says of a stage; undefined: the stage never ran.
 *
 * @throws MlError ERR_ML_DVC_INVALID, ERR_ML_PATH_UNSAFE
 */
export function lockedStage(document: DvcDocument, { name, folder }: DvcStage): LockedStage | undefined {
  const { stages } = document.value;
  const entry = isJsonObject(stages) && Object.hasOwn(stages, name) ? stages[name] : undefined;
  if (entry === undefined) return undefined;
  const path = ['stages', name];
  const what = `the stage ${name} in dvc.lock`;
  const { cmd, deps, params, outs } = document.check(entry, { path, schema: lockedStageSchema, what });
  const where = document.place(path);
  const hashed = (list: readonly HashedPath[] = []) =>
    new Map(
      list.map((each) => {
        const data = each.md5 === undefined ? undefined : hashedData(each, { folder, where });
        return [data?.path ?? pathInWorkspace(each.path, folder, where), data] as const;
      }),
    );
  return {
    commands: commandLines(cmd),
    params: new Map(
      Object.entries(params ?? {}).map(([file, values]) => [pathInWorkspace(file, folder, where), values]),
    ),
    deps: hashed(deps),
    outs: hashed(outs),
  };
}
