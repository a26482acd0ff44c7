import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { documentBytes } from '../../kernel/index.js';
import type { Digest } from '../../kernel/index.js';
import type { ObjectRef, ObjectStore } from '../object-store.js';

/** A store of some kind, and what a contract needs of it beside its port. */
export interface ObjectStoreRig {
  readonly store: ObjectStore;
  /** Changes the bytes of an object behind the store's back. */
  damage(digest: Digest, change: (bytes: Buffer) => Buffer): void;
  /** How many objects were moved aside. */
  quarantined(): number;
}

/** Makes a fresh store; `folder` is its to use. */
export type OpenStoreRig = (folder: string) => Promise<ObjectStoreRig>;

/** A fresh store with a workspace beside it. */
export class StorePlace {
  private constructor(
    private readonly base: string,
    readonly rig: ObjectStoreRig,
  ) {}

  static async open(open: OpenStoreRig): Promise<StorePlace> {
    const base = fs.mkdtempSync(join(tmpdir(), 'nx-ml-store-'));
    for (const name of ['workspace', 'store']) fs.mkdirSync(join(base, name));
    return new StorePlace(base, await open(join(base, 'store')));
  }

  /** Absolute path of a file of the workspace. */
  at(path: string): string {
    return join(this.base, 'workspace', path);
  }

  /** @returns its absolute path */
  write(path: string, content: string | Uint8Array): string {
    fs.mkdirSync(dirname(this.at(path)), { recursive: true });
    fs.writeFileSync(this.at(path), content);
    return this.at(path);
  }

  /** Content of every file below a path of the workspace; folders without files as `path/`. */
  contents(path: string): Record<string, string> {
    return Object.fromEntries(
      fs.readdirSync(this.at(path), { recursive: true, withFileTypes: true }).flatMap((item) => {
        const full = join(item.parentPath, item.name);
        const relative = full.slice(this.at(path).length + 1);
        if (item.isFile()) return [[relative, fs.readFileSync(full, 'utf8')]];
        return fs.readdirSync(full).length === 0 ? [[`${relative}/`, '']] : [];
      }),
    );
  }

  /** A tree whose document holds just this, right or wrong. */
  async treeOf(entries: unknown, rest: object = {}): Promise<ObjectRef> {
    const document = documentBytes({ formatVersion: 1, kind: 'tree', entries, ...rest });
    const { digest } = await this.rig.store.putBytes(document);
    const list = entries as { size: number }[];
    const size = list.reduce((sum, entry) => sum + entry.size, 0);
    return { kind: 'tree', digest, size, files: list.length };
  }

  remove(): void {
    fs.rmSync(this.base, { recursive: true, force: true });
  }
}

export const failing = (code: string): unknown => expect.objectContaining({ name: 'MlError', code });

export const flipLast = (bytes: Buffer): Buffer => {
  const changed = Buffer.from(bytes);
  changed.writeUInt8(changed.readUInt8(changed.length - 1) ^ 1, changed.length - 1);
  return changed;
};
