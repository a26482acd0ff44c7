import { dirname, join } from 'node:path';

import {
  checkJournalName,
  decodeJournalEntry,
  encodeJournalEntry,
  journalEntryName,
  journalLength,
  maxJournalEntryBytes,
} from '../../store/index.js';
import type { AppendResult, Journal, JournalEntry } from '../../store/index.js';
import type { JsonObject } from '../../kernel/index.js';
import { MlError } from '../../kernel/index.js';
import type { Disk } from './disk.js';
import { errnoOf } from './failures.js';
import type { StoreFolder } from './store-folder.js';

/** The journal port over a folder: one file an entry, taken by link(2), which never replaces. */
export class FolderJournal implements Journal {
  private readonly disk: Disk;

  constructor(private readonly folder: StoreFolder) {
    this.disk = folder.disk;
  }

  async read(name: string): Promise<readonly JournalEntry[]> {
    const place = this.placeOf(name);
    const length = this.lengthOf(name, place);
    const entries: JournalEntry[] = [];
    for (let sequence = 0; sequence < length; sequence += 1)
      entries.push(await this.readEntry({ name, place, sequence, after: entries.at(-1) }));
    return entries;
  }

  async last(name: string): Promise<JournalEntry | undefined> {
    const place = this.placeOf(name);
    return this.lastOf(name, place, this.lengthOf(name, place));
  }

  async append(name: string, length: number, payload: JsonObject): Promise<AppendResult> {
    const place = this.placeOf(name);
    const found = this.lengthOf(name, place);
    const after = await this.lastOf(name, place, found);
    const { entry, bytes } = encodeJournalEntry({ name, after, payload });
    if (found !== length) return { appended: false, length: found };
    const won = await this.take(join(place, journalEntryName(length)), bytes);
    return won ? { appended: true, entry } : { appended: false, length: this.lengthOf(name, place) };
  }

  private placeOf(name: string): string {
    return this.folder.journal(checkJournalName(name));
  }

  private lengthOf(name: string, place: string): number {
    return journalLength(name, this.withUnlisted(place, this.listed(place)));
  }

  private listed(place: string): readonly string[] {
    try {
      return this.disk.list(place).map((item) => item.name);
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') throw error;
      // A store whose disk is not mounted must not look like one that was never written.
      this.disk.list(this.folder.journals);
      return [];
    }
  }

  /** A listing may be an old one (NFS), and need not show what came while it was made: each name is asked for. */
  private withUnlisted(place: string, listed: readonly string[]): readonly string[] {
    const names = new Set(listed);
    for (let sequence = 0; ; sequence += 1) {
      const name = journalEntryName(sequence);
      if (!names.has(name) && !this.disk.isThere(join(place, name))) return [...names];
      names.add(name);
    }
  }

  private async lastOf(name: string, place: string, length: number): Promise<JournalEntry | undefined> {
    if (length === 0) return undefined;
    const after =
      length === 1
        ? undefined
        : await this.readEntry({ name, place, sequence: length - 2, after: undefined });
    return this.readEntry({ name, place, sequence: length - 1, after });
  }

  private async readEntry({ name, place, sequence, after }: EntryPlace): Promise<JournalEntry> {
    const path = join(place, journalEntryName(sequence));
    const bytes = await this.disk.open(path).using((file) => {
      const buffer = Buffer.allocUnsafe(Math.min(Number(file.stat().size), maxJournalEntryBytes));
      return buffer.subarray(0, file.read(buffer));
    });
    return decodeJournalEntry({ name, sequence, bytes, after });
  }

  /** Writes an entry under its final name. @returns false when somebody else has that name */
  private async take(path: string, bytes: Uint8Array): Promise<boolean> {
    const temporary = this.folder.newTemporary();
    try {
      const created = await this.disk.createAside(temporary, 0o444);
      await created.using(async (file) => {
        file.write(bytes);
        await file.sync();
      });
      this.disk.makeFolder(dirname(path));
      if (!this.linkAs(temporary, path)) return false;
      await this.syncUpwards(dirname(path));
      return true;
    } finally {
      this.disk.discard(temporary);
    }
  }

  private linkAs(temporary: string, path: string): boolean {
    try {
      if (this.disk.link(temporary, path)) return true;
    } catch (error) {
      if (errnoOf(error) !== 'EEXIST') throw error;
      return false;
    }
    throw new MlError('ERR_ML_STORE_UNAVAILABLE', {
      message: `The store ${this.folder.root} lies on a file system without hard links, or where they are forbidden`,
      fix: 'Choose a folder on another disk for the store: a journal cannot be kept safely here.',
    });
  }

  /** Makes the entry's name durable, and the names of its folders, which may be as new. */
  private async syncUpwards(folder: string): Promise<void> {
    const folders = this.folder.journalNames.upwards([folder]);
    await Promise.all(folders.map((path) => this.disk.syncFolder(path)));
    this.folder.journalNames.settle(folders);
  }
}

interface EntryPlace {
  readonly name: string;
  readonly place: string;
  readonly sequence: number;
  readonly after: JournalEntry | undefined;
}
