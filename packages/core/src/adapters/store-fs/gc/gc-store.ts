import { basename, join, resolve } from 'node:path';

import { decodeMarks, encodeMarks } from '../../../gc/index.js';
import type { GcMarks, GcStore, Leftover, RegisteredWorkspace, StoredObject } from '../../../gc/index.js';
import type { Digest } from '../../../kernel/index.js';
import { errnoOf } from '../failures.js';
import { nodeFileCalls } from '../file-calls.js';
import type { FileCalls } from '../file-calls.js';
import { changedAtOf, listJournals, listObjects } from './inventory.js';
import { hasFormat, noStore } from '../open.js';
import { decodeRegistration } from './registrations.js';
import { restoreOne, restoreTrash } from '../restore-trash.js';
import { StoreFolder } from '../store-folder.js';
import { writerOf } from '../writers.js';

/**
 * Opens the store in a folder for garbage collection. Nothing is made or swept.
 *
 * @throws MlError ERR_ML_STORE_UNAVAILABLE; ERR_ML_DOCUMENT_INVALID for a store of a newer or unknown format
 */
export async function openGcStore(root: string, calls: FileCalls = nodeFileCalls): Promise<GcStore> {
  const folder = new StoreFolder(resolve(root), calls);
  if (!(await hasFormat(folder))) throw noStore(folder.root);
  return new FolderGcStore(folder);
}

class FolderGcStore implements GcStore {
  constructor(private readonly folder: StoreFolder) {}

  async objects(): Promise<ReadonlyMap<Digest, StoredObject>> {
    return listObjects(this.folder);
  }

  async startOf(digest: Digest): Promise<Buffer | undefined> {
    try {
      return await this.folder.disk.open(this.folder.object(digest)).using((file) => {
        const buffer = Buffer.alloc(64);
        return buffer.subarray(0, file.read(buffer));
      });
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return undefined;
      throw error;
    }
  }

  changedAt(digest: Digest): Promise<number | undefined> {
    return later(() => {
      const found = this.folder.disk.look(this.folder.object(digest));
      return found === undefined ? undefined : changedAtOf(found);
    });
  }

  journals(): Promise<readonly string[]> {
    return later(() => listJournals(this.folder));
  }

  leftovers(): Promise<readonly Leftover[]> {
    const { quarantine, temporary } = this.folder;
    return later(() => [...this.leftIn('tmp', temporary), ...this.leftIn('quarantine', quarantine)]);
  }

  async workspaces(): Promise<readonly RegisteredWorkspace[]> {
    const names = this.namesIn(this.folder.workspaces).filter((name) => name.endsWith('.json'));
    return Promise.all(
      names.map(async (name) => {
        const path = join(this.folder.workspaces, name);
        return decodeRegistration(await this.readText(path), { id: name.slice(0, -5), path });
      }),
    );
  }

  unregister({ id }: RegisteredWorkspace): Promise<void> {
    return later(() => {
      this.unlink(join(this.folder.workspaces, `${basename(id)}.json`));
    });
  }

  async readMarks(): Promise<GcMarks | undefined> {
    const text = await this.readText(this.marks);
    return text === undefined ? undefined : decodeMarks(text);
  }

  async writeMarks(marks: GcMarks): Promise<void> {
    const { disk, collection } = this.folder;
    disk.makeFolder(collection);
    const temporary = this.folder.newTemporary();
    try {
      await disk.create(temporary, 0o644).using(async (file) => {
        file.write(Buffer.from(encodeMarks(marks)));
        await file.sync();
      });
      disk.rename(temporary, this.marks);
      await disk.syncFolder(collection);
    } catch (error) {
      disk.discard(temporary);
      throw error;
    }
  }

  restoreSetAside(): Promise<void> {
    return later(() => {
      restoreTrash(this.folder);
    });
  }

  remove(object: StoredObject): Promise<boolean> {
    return later(() => this.removeNow(object));
  }

  removeLeftover({ place, name }: Leftover): Promise<boolean> {
    const { quarantine, temporary } = this.folder;
    return later(() => this.unlink(join(place === 'tmp' ? temporary : quarantine, basename(name))));
  }

  /** The moving, looking again and deleting of docs/design/gc.md, "Races". */
  private removeNow({ digest, changedAt }: StoredObject): boolean {
    const trashed = this.folder.newTrash(digest);
    if (!this.moveAside(this.folder.object(digest), trashed)) return false;
    const found = this.folder.disk.statOpen(trashed);
    if (found !== undefined && changedAtOf(found) === changedAt) return this.unlink(trashed);
    restoreOne(this.folder, basename(trashed));
    return false;
  }

  private get marks(): string {
    return join(this.folder.collection, 'marks');
  }

  private moveAside(path: string, trashed: string): boolean {
    const { disk, trash } = this.folder;
    try {
      if (disk.look(trash) === undefined) disk.makeFolder(trash);
      disk.rename(path, trashed);
      return true;
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return false;
      throw error;
    }
  }

  private unlink(path: string): boolean {
    try {
      this.folder.disk.unlink(path);
      return true;
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return false;
      throw error;
    }
  }

  private leftIn(place: Leftover['place'], folder: string): readonly Leftover[] {
    return this.namesIn(folder).flatMap((name) => {
      const found = this.folder.disk.look(join(folder, name));
      if (found?.isFile() !== true || (place === 'tmp' && writerOf(name) === 'lives')) return [];
      return [{ place, name, size: Number(found.size), changedAt: changedAtOf(found) }];
    });
  }

  private namesIn(folder: string): readonly string[] {
    const { disk } = this.folder;
    return disk.look(folder) === undefined ? [] : disk.list(folder).map(({ name }) => name);
  }

  private async readText(path: string): Promise<string | undefined> {
    try {
      return await this.folder.disk.open(path).using((file) => {
        const buffer = Buffer.allocUnsafe(Number(file.stat().size));
        return buffer.toString('utf8', 0, file.read(buffer));
      });
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return undefined;
      throw error;
    }
  }
}

/** A failure of a synchronous call is a failure of the promise. */
function later<T>(action: () => T): Promise<T> {
  return Promise.resolve().then(action);
}
