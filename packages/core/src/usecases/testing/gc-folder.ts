import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { openGcStore } from '../../adapters/store-fs/gc/index.js';
import { openFolderStore } from '../../adapters/store-fs/index.js';
import { encodePointer } from '../../documents/index.js';
import type { PointerRoot, ResultRoot, RootPlace, RootReader, WorkspaceRoots } from '../../gc/index.js';
import { digestOf, hexOf } from '../../kernel/index.js';
import type { Digest, JsonObject, MlError } from '../../kernel/index.js';
import type { ObjectRef, ObjectStore } from '../../store/index.js';
import { collectGarbage } from '../store/collect-garbage.js';
import type { GarbageDeps, GarbageOutcome, GarbageRequest } from '../store/collect-garbage.js';

export const dayMs = 86_400_000;
/** Of a blob in which git has a pointer. */
export const blob = '2'.repeat(40);

/** Whatever roots a spec says that the workspaces have. */
export class GivenRoots implements RootReader {
  pointers: PointerRoot[] = [];
  results: ResultRoot[] = [];
  branches = new Set<string>();
  problem: MlError | undefined;
  read(_: unknown, onProblem: (problem: MlError) => void): Promise<WorkspaceRoots> {
    const { pointers, results, branches } = this;
    if (this.problem !== undefined) onProblem(this.problem);
    return Promise.resolve({ pointers, results, branches, repositories: 1, worktrees: 1 });
  }
}

export function request(changes: Partial<GarbageRequest> = {}): GarbageRequest {
  return {
    workspaces: [],
    policy: { keepDays: 90, keepLast: 0 },
    graceMs: 14 * dayMs,
    acceptedBlobs: new Set(),
    ...changes,
  };
}

/** The digests of these texts, sorted. */
export function digests(...texts: readonly string[]): readonly Digest[] {
  return texts.map((text) => digestOf(text)).sort();
}

/** The error of roots that cannot be told, with this in its message. */
export function refusal(text: string): unknown {
  return expect.objectContaining({
    code: 'ERR_ML_ROOTS_UNREADABLE',
    message: expect.stringContaining(text) as string,
  });
}

/** A folder store that one workspace uses, with roots that a spec gives and a clock that it sets. */
export class GcFolder {
  readonly roots = new GivenRoots();
  readonly root: string;
  readonly deps: GarbageDeps;
  now = Date.now();

  private constructor(
    readonly base: string,
    stores: Pick<GarbageDeps, 'store' | 'stores'>,
  ) {
    this.root = join(base, 'store');
    const now = () => this.now;
    this.deps = { ...stores, roots: this.roots, clock: { now, monotonic: now } };
  }

  static async open(): Promise<GcFolder> {
    const base = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), 'nx-ml-gc-')));
    const root = join(base, 'store');
    fs.mkdirSync(join(base, 'ws'));
    await openFolderStore({ root, usedBy: join(base, 'ws') });
    const stores = await openFolderStore({ root, readOnly: true });
    return new GcFolder(base, { store: await openGcStore(root), stores });
  }

  remove(): void {
    fs.rmSync(this.base, { recursive: true, force: true });
  }

  async objects(): Promise<ObjectStore> {
    return (await openFolderStore({ root: this.root })).objects;
  }

  async put(text: string): Promise<ObjectRef> {
    return (await this.objects()).putBytes(Buffer.from(text));
  }

  /** A tree of files that are named as what they hold. */
  async putTree(...texts: readonly string[]): Promise<ObjectRef> {
    const folder = fs.mkdtempSync(join(this.base, 'tree-'));
    for (const text of texts) fs.writeFileSync(join(folder, text), text);
    return (await this.objects()).putTree(folder);
  }

  async append(name: string, payload: JsonObject): Promise<void> {
    const { journals } = await openFolderStore({ root: this.root });
    await journals.append(name, (await journals.read(name)).length, payload);
  }

  /** Lets a pointer name this, or have this text. */
  point(ref: ObjectRef | string, place: RootPlace = { in: 'files', repository: '/ws' }): void {
    const text = typeof ref === 'string' ? ref : encodePointer(ref);
    this.roots.pointers.push({ path: 'data/a.ref.json', size: text.length, text, place });
  }

  async there(): Promise<ReadonlySet<Digest>> {
    return new Set((await this.deps.store.objects()).keys());
  }

  pathOf(digest: Digest): string {
    const hex = hexOf(digest);
    return join(this.root, 'objects/sha256', hex.slice(0, 2), hex.slice(2));
  }

  damage(digest: Digest): void {
    fs.chmodSync(this.pathOf(digest), 0o644);
    fs.appendFileSync(this.pathOf(digest), 'x');
  }

  collectOnce(changes: Partial<GarbageRequest> = {}): Promise<GarbageOutcome> {
    return collectGarbage(request(changes), this.deps, () => undefined);
  }

  /** Two gcs with the grace in between. @returns what they deleted, sorted. */
  async collect(changes: Partial<GarbageRequest> = {}): Promise<readonly Digest[]> {
    await this.collectOnce(changes);
    this.now += 15 * dayMs;
    const { deleted } = await this.collectOnce(changes);
    return deleted.map(({ digest }) => digest).sort();
  }
}
