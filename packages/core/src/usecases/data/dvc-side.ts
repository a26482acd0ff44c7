import { readFile } from 'node:fs/promises';

import type { DataRef } from '../../data/index.js';
import type { DvcRef, ForeignFile } from '../../interop/foreign/index.js';
import { hasRows } from '../../data/index.js';
import type { ObjectRef, ObjectStore, TreeEntry } from '../../store/index.js';
import type { ForeignTrees } from '../given/foreign-trees.js';
import type { Content } from './content-changes.js';
import type { PointedSide, SumKind } from './data-side.js';
import { contentOf, storedTree } from './stored-content.js';

export interface DvcSideDeps {
  readonly objects: ObjectStore;
  readonly foreign: ForeignTrees;
}

/**
 * What a .dvc file names. By its sha256 where the store has seen the bytes before, since then that decides (docs/design/interop.md);
 * else by MD5, with the list of files in DVC's cache.
 */
export class DvcSide implements PointedSide {
  readonly path: string;
  readonly ref: DataRef;
  readonly #dvc: DvcRef;
  readonly #deps: DvcSideDeps;
  #known: Promise<ObjectRef | undefined> | undefined;
  #listed: Promise<readonly ForeignFile[] | undefined> | undefined;

  constructor(dvc: DvcRef, deps: DvcSideDeps) {
    const { path, isFolder, sum, size, files } = dvc;
    this.path = path;
    this.ref = { kind: isFolder ? 'tree' : 'file', digest: `md5:${sum.hex}`, size, files };
    this.#dvc = dvc;
    this.#deps = deps;
  }

  async identity(by: SumKind): Promise<string | undefined> {
    if (by !== 'sha256')
      return by === this.#dvc.sum.kind ? `${this.ref.kind} ${this.#dvc.sum.hex}` : undefined;
    const known = await this.#recall();
    if (known === undefined || this.#dvc.isFolder) return known && `tree ${known.digest}`;
    // The store knows the folder with that one file in it.
    const [only] = (await storedTree(known.digest, this.#deps.objects)) ?? [];
    return only && `file ${only.digest}`;
  }

  async content(by: SumKind): Promise<Content | undefined> {
    if (by === 'sha256') {
      const stored = await this.#stored();
      return stored && contentOf(stored, this.#deps.objects);
    }
    const files = by === this.#dvc.sum.kind ? await this.#list() : undefined;
    if (files === undefined) return undefined;
    const sizes = this.#deps.foreign.data.cachedSizes(this.#dvc, files);
    const entries = files.map(({ path, sum }, index) => {
      const size = sizes[index] ?? (this.#dvc.isFolder ? undefined : this.#dvc.size);
      return { path, digest: `md5:${sum.hex}`, size };
    });
    return { entries, read: ({ path, size }) => this.#read(files, path, size) };
  }

  async isListed(): Promise<boolean> {
    if (this.#dvc.isFolder) return ((await this.#stored()) ?? (await this.#list())) !== undefined;
    return (await this.missing()) === 0;
  }

  async missing(among?: ReadonlySet<string>): Promise<number> {
    const inStore = await this.#missingIn(await this.#stored(), among, async (entries) => {
      const gone = new Set(await this.#deps.objects.missing(entries.map(({ digest }) => digest)));
      return entries.filter(({ digest }) => gone.has(digest)).length;
    });
    if (inStore === 0) return 0;
    const inCache = await this.#missingIn(await this.#list(), among, (files) => {
      const sizes = this.#deps.foreign.data.cachedSizes(this.#dvc, files);
      return Promise.resolve(sizes.filter((size) => size === undefined).length);
    });
    return Math.min(inStore ?? Infinity, inCache ?? Infinity, among?.size ?? this.ref.files ?? 1);
  }

  async #missingIn<T extends { readonly path: string }>(
    files: readonly T[] | undefined,
    among: ReadonlySet<string> | undefined,
    count: (meant: readonly T[]) => Promise<number>,
  ): Promise<number | undefined> {
    return files && count(among === undefined ? files : files.filter(({ path }) => among.has(path)));
  }

  async #read(
    files: readonly ForeignFile[],
    path: string,
    size: number | undefined,
  ): Promise<Uint8Array | undefined> {
    const file = files.find((each) => each.path === path);
    if (file === undefined || size === undefined || !hasRows(path, size)) return undefined;
    const found = await this.#deps.foreign.data.find(this.#dvc, file);
    return found && readFile(found.at);
  }

  #recall(): Promise<ObjectRef | undefined> {
    this.#known ??= this.#deps.foreign.recall(this.#dvc);
    return this.#known;
  }

  async #stored(): Promise<readonly TreeEntry[] | undefined> {
    const known = await this.#recall();
    return known && storedTree(known.digest, this.#deps.objects);
  }

  #list(): Promise<readonly ForeignFile[] | undefined> {
    this.#listed ??= this.#deps.foreign.data.list(this.#dvc, 'cache');
    return this.#listed;
  }
}
