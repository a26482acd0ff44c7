import { posix } from 'node:path';

import { isMlError } from '../../../kernel/index.js';
import type { DvcDocument } from '../document.js';
import { folderOf } from '../paths.js';
import type { PointerFile } from '../project.js';
import type { DvcStage } from '../stage.js';
import type { ByteState } from './bytes.js';
import { lockDifferences } from './differences.js';
import type { DifferencesContext, LockDifference } from './differences.js';
import { lockedStage, openLock } from './locked-stage.js';
import type { LockedStage } from './locked-stage.js';

/** A stage whose dvc.yaml has a dvc.lock beside it. */
export interface StageCheck {
  readonly name: string;
  /** Empty: DVC would not run it. */
  readonly differences: readonly LockDifference[];
  /** The outputs that dvc.lock recorded; unknown where it did so without an MD5 sum. */
  readonly outs: readonly { readonly path: string; readonly state: ByteState }[];
}

/** Data that no stage makes, and that is neither in the workspace as DVC has it nor in the DVC cache. */
export interface MissingData {
  readonly path: string;
  /** What to give to `dvc pull`. */
  readonly address: string;
}

export interface LockCheck {
  readonly stages: readonly StageCheck[];
  readonly missing: readonly MissingData[];
  /** Why a dvc.lock could not be compared: `dvc.lock:3:1 ...`. */
  readonly unreadable: readonly string[];
}

export interface CheckLocksInput extends DifferencesContext {
  /** Upstream first. */
  readonly stages: readonly DvcStage[];
}

/** Compares every dvc.lock with its dvc.yaml, the params files and the workspace. Throws nothing that a file could cause. */
export function checkLocks({ stages, ...context }: CheckLocksInput): LockCheck {
  const locks = new LockFiles(context);
  const frozen = stages.filter((stage) => stage.frozen);
  return {
    stages: stages.filter((stage) => !stage.frozen).flatMap((stage) => checkStage(stage, locks, context)),
    missing: [
      ...context.pointers.flatMap((pointer) => missingOf(pointer.data, pointer.file, pointer.file, context)),
      ...frozen.flatMap((stage) => missingOf(madeBy(stage, locks), lockOf(stage), addressOf(stage), context)),
    ],
    unreadable: [...locks.faults],
  };
}

function checkStage(stage: DvcStage, locks: LockFiles, context: DifferencesContext): readonly StageCheck[] {
  const found = locks.stage(stage);
  if (found === undefined) return [];
  const { locked } = found;
  return [
    {
      name: stage.name,
      differences: lockDifferences(stage, locked, context),
      outs: recordedOuts(stage, locked, context),
    },
  ];
}

function recordedOuts(
  { outs }: DvcStage,
  locked: LockedStage | undefined,
  { bytes }: DifferencesContext,
): StageCheck['outs'] {
  return outs
    .filter(({ path }) => locked?.outs.has(path))
    .map(({ path }) => {
      const data = locked?.outs.get(path);
      return { path, state: data === undefined ? 'unknown' : bytes.stateOf(data) };
    });
}

function madeBy(stage: DvcStage, locks: LockFiles): PointerFile['data'] {
  return [...(locks.stage(stage)?.locked?.outs.values() ?? [])].flatMap((data) => data ?? []);
}

function missingOf(
  data: PointerFile['data'],
  file: string,
  address: string,
  { bytes }: DifferencesContext,
): readonly MissingData[] {
  return data.filter((each) => !bytes.canBring(each, file)).map(({ path }) => ({ path, address }));
}

/** As `dvc pull` wants it: `train`, `app/dvc.yaml:train`. */
function addressOf({ file, name }: DvcStage): string {
  return file === 'dvc.yaml' ? name : `${file}:${name}`;
}

function lockOf({ file }: DvcStage): string {
  return posix.join(folderOf(file), 'dvc.lock');
}

/** Every dvc.lock, read once; what is wrong with one is kept for people. */
class LockFiles {
  readonly faults = new Set<string>();
  readonly #documents = new Map<string, DvcDocument | undefined>();
  readonly #context: DifferencesContext;

  constructor(context: DifferencesContext) {
    this.#context = context;
  }

  /** Undefined: there is no dvc.lock, or none that can be read. */
  stage(stage: DvcStage): { readonly locked: LockedStage | undefined } | undefined {
    return this.#unlessFaulty(() => {
      const document = this.#document(lockOf(stage));
      return document === undefined ? undefined : { locked: lockedStage(document, stage) };
    });
  }

  #document(file: string): DvcDocument | undefined {
    if (!this.#documents.has(file)) {
      this.#documents.set(file, undefined);
      const text = this.#context.tree.readText(file);
      if (text !== undefined) this.#documents.set(file, openLock(text, file));
    }
    return this.#documents.get(file);
  }

  #unlessFaulty<T>(read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      if (!isMlError(error)) throw error;
      this.faults.add(error.message);
      return undefined;
    }
  }
}
