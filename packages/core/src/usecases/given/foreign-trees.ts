import { decodeForeign, encodeForeign, foreignJournal, foreignText } from '../../interop/foreign/index.js';
import type { ForeignData, ForeignFile, ForeignRef, ListedFrom } from '../../interop/foreign/index.js';
import { MlError, shortDigest } from '../../kernel/index.js';
import { encodeTree } from '../../store/index.js';
import type { ObjectRef, TreeEntry } from '../../store/index.js';
import { bringFiles } from './bring-files.js';
import { treeRef } from './tree-ref.js';
import type { Stores } from '../records/run-store.js';
import { entriesWithin } from '../transfer/pull-refs.js';
import type { TransferProgress } from '../transfer/transfer-deps.js';

export interface BringOptions {
  /** Absolute path of a folder that need not be there, for what is downloaded. It is removed in the end. */
  readonly staging: string;
  /** How far it is looked for; `remotes` when not given. */
  readonly from?: Exclude<ListedFrom, 'cache'>;
  /** A file or folder within it that alone is wanted. What it was found to be is no answer for the whole, and not remembered. */
  readonly within?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly progress?: TransferProgress | undefined;
  /** Told of each file that came from a remote. Bytes. */
  readonly onFetched?: (size: number) => void;
}

/**
 * What data of other tools is in our terms: the tree that code sees, by its sha256. The first time every byte is seen;
 * then the store remembers, and what it remembers decides. docs/design/interop.md
 */
export class ForeignTrees {
  readonly #stores: Stores;
  readonly #looked = new Map<string, Promise<ObjectRef | undefined>>();

  constructor(
    readonly data: ForeignData,
    stores: Stores,
  ) {
    this.#stores = stores;
  }

  /** What the store remembers. @throws MlError ERR_ML_DOCUMENT_INVALID, ERR_ML_JOURNAL_BROKEN */
  async recall(ref: ForeignRef): Promise<ObjectRef | undefined> {
    const [entry] = await this.#stores.journals.read(foreignJournal(ref));
    return entry === undefined ? undefined : decodeForeign(entry.payload, ref);
  }

  /**
   * What is known without asking another machine: remembered, or told by bytes that are here. Writes nothing. Bytes are read
   * once in this process.
   */
  look(ref: ForeignRef): Promise<ObjectRef | undefined> {
    const name = foreignJournal(ref);
    const known = this.#looked.get(name) ?? this.#look(ref);
    this.#looked.set(name, known);
    return known;
  }

  async #look(ref: ForeignRef): Promise<ObjectRef | undefined> {
    const known = await this.recall(ref);
    if (known !== undefined) return known;
    const files = await this.data.list(ref, 'here');
    if (files === undefined) return undefined;
    const entries: TreeEntry[] = [];
    for (const file of files) {
      const found = await this.data.find(ref, file);
      if (found === undefined) return undefined;
      entries.push({ path: file.path, digest: found.digest, size: found.size });
    }
    return treeRef(entries);
  }

  /**
   * Brings every byte into the store, from here or from the tool's remotes, and remembers what it was.
   *
   * @throws MlError ERR_ML_DATA_MISSING; ERR_ML_FOREIGN_DAMAGED for other bytes than those of the first time; those of ForeignData.
   */
  async bring(ref: ForeignRef, options: BringOptions): Promise<ObjectRef> {
    const { from = 'remotes', within } = options;
    const listed = await this.data.list(ref, from);
    if (listed === undefined) throw this.missing(ref);
    const files = entriesWithin(listed, within);
    options.progress?.expect({ files: files.length });
    const { objects } = this.#stores;
    const entries = await bringFiles(files, {
      ...options,
      ref,
      data: from === 'remotes' ? this.data : { find: (...args) => this.data.find(...args) },
      objects,
      missing: (file) => this.missing(ref, file),
    });
    const tree = treeRef(entries);
    if (within === undefined) await this.remember(ref, tree);
    await objects.putBytes(encodeTree(entries));
    if (within === undefined) this.#looked.set(foreignJournal(ref), Promise.resolve(tree));
    return tree;
  }

  /** @throws MlError ERR_ML_FOREIGN_DAMAGED when something else is remembered. */
  async remember(ref: ForeignRef, tree: ObjectRef): Promise<void> {
    const append = await this.#stores.journals.append(foreignJournal(ref), 0, encodeForeign(ref, tree));
    const known = append.appended ? tree : await this.recall(ref);
    if (known?.digest === tree.digest) return;
    throw new MlError('ERR_ML_FOREIGN_DAMAGED', {
      message: `${foreignText(ref)} has other bytes than when it was first seen: ${shortDigest(tree.digest)}, and before ${known === undefined ? 'unknown' : shortDigest(known.digest)}`,
      fix: 'Two contents under one name are damage or an attack: compare the copies, and add the right one under a name of its own.',
    });
  }

  missing(ref: ForeignRef, file?: ForeignFile): MlError {
    const { text, fix } = this.data.whereabouts(ref);
    const which = file === undefined || (ref.tool === 'dvc' && !ref.isFolder) ? '' : `${file.path} of `;
    return new MlError('ERR_ML_DATA_MISSING', { message: `${which}${foreignText(ref)} is ${text}`, fix });
  }
}
