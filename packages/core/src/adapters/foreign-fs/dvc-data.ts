import { statSync } from 'node:fs';

import { parseFolderObject } from '../../interop/dvc/index.js';
import type {
  DvcRef,
  ForeignFile,
  ForeignSum,
  FoundFile,
  ListedFrom,
  Whereabouts,
} from '../../interop/foreign/index.js';
import { dvcPlace } from './dvc-place.js';
import type { DvcPlace } from './dvc-place.js';
import { openDvcRemote } from './dvc-remotes.js';
import type { DvcStore, RemoteContext } from './dvc-remotes.js';
import { DvcSources } from './dvc-sources.js';
import { KeptLists } from './kept-lists.js';
import { measureFile } from './measure-file.js';

/** Data that DVC keeps: in the workspace, in its cache, in its remotes. */
export class DvcData {
  readonly #root: string;
  readonly #context: RemoteContext;
  readonly #kept: KeptLists;
  readonly #remotes = new Map<string, DvcStore | string>();
  readonly #lists = new Map<string, readonly ForeignFile[]>();

  /** @param root absolute; of the workspace. */
  constructor(root: string, context: RemoteContext) {
    this.#root = root;
    this.#context = context;
    this.#kept = new KeptLists(context.lists);
  }

  async list(ref: DvcRef, from: ListedFrom): Promise<readonly ForeignFile[] | undefined> {
    if (!ref.isFolder) return [{ path: ref.path.slice(ref.path.lastIndexOf('/') + 1), sum: ref.sum }];
    const known = this.#lists.get(ref.sum.hex) ?? this.#listHere(ref, from);
    const list = known ?? (from === 'remotes' ? await this.#listThere(ref) : undefined);
    if (list !== undefined) this.#lists.set(ref.sum.hex, list);
    return list;
  }

  cachedSizes(ref: DvcRef, files: readonly ForeignFile[]): readonly (number | undefined)[] {
    const sources = new DvcSources(this.#root, ref.file);
    return files.map(({ sum }) => {
      const copies = sources.cached({ md5: sum.hex, isFolder: false });
      const [size] = copies.flatMap((at) => statSync(at, { throwIfNoEntry: false })?.size ?? []);
      return size;
    });
  }

  async find(ref: DvcRef, { path, sum }: ForeignFile): Promise<FoundFile | undefined> {
    const at = ref.isFolder ? `${ref.path}/${path}` : ref.path;
    for (const candidate of new DvcSources(this.#root, ref.file).candidates(at, sum.hex)) {
      const found = await measureFile(candidate, sum, this.#context.watch);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  async fetch(ref: DvcRef, { sum }: ForeignFile, target: string): Promise<FoundFile | undefined> {
    const remote = this.#remoteOf(ref);
    return typeof remote === 'object' ? remote.fetch(sum, target) : undefined;
  }

  whereabouts(ref: DvcRef): Whereabouts {
    const remote = this.#remoteOf(ref);
    const text = 'neither in the workspace as DVC has it nor in the DVC cache';
    const fix = `Bring it: dvc pull ${ref.file}, or copy it there as it was when it was added.`;
    if (remote === undefined) return { text: `${text}, and DVC has no remote here`, fix };
    if (typeof remote === 'string') return { text: `${text}, and its remote is not read: ${remote}`, fix };
    const bring = `nx-ml data pull ${ref.path}, or its data step, brings it if that remote has it. Else: dvc pull ${ref.file}`;
    return { text: `${text}; the DVC remote is ${remote.place}`, fix: bring };
  }

  /** The remote of a .dvc file, or why it cannot be read; undefined: none is set. */
  #remoteOf(ref: DvcRef): DvcStore | string | undefined {
    const place = dvcPlace(this.#root, ref.file);
    const name = ref.remote ?? place.defaultRemote ?? onlyRemote(place);
    if (name === undefined) return undefined;
    const settings = place.remotes.get(name);
    if (settings === undefined) return `DVC has no remote "${name}"`;
    const key = `${place.root}\0${name}`;
    const opened = this.#remotes.get(key) ?? openDvcRemote(settings, this.#context);
    this.#remotes.set(key, opened);
    return opened;
  }

  #listHere({ path, sum, file }: DvcRef, from: ListedFrom): readonly ForeignFile[] | undefined {
    const named = { path, md5: sum.hex, legacy: sum.kind === 'md5-dos2unix' };
    const sources = new DvcSources(this.#root, file);
    const kept = this.#kept.read(sum.hex);
    const listed = kept === undefined ? sources.listedEntries(named) : parseFolderObject(kept, path);
    const entries = listed ?? (from === 'cache' ? undefined : sources.entriesOf(named));
    return entries?.map(({ path: each, md5 }) => ({ path: each, sum: { kind: sum.kind, hex: md5 } }));
  }

  async #listThere(ref: DvcRef): Promise<readonly ForeignFile[] | undefined> {
    const remote = this.#remoteOf(ref);
    const text = typeof remote === 'object' ? await remote.folderList(ref.sum.hex) : undefined;
    if (text === undefined) return undefined;
    this.#kept.keep(ref.sum.hex, text);
    const sum = (hex: string): ForeignSum => ({ kind: ref.sum.kind, hex });
    return parseFolderObject(text, ref.path).map(({ path, md5 }) => ({ path, sum: sum(md5) }));
  }
}

/** Where nothing says which is meant and there is one, DVC asks for it to be named; there is no other that could be meant. */
function onlyRemote({ remotes }: DvcPlace): string | undefined {
  return remotes.size === 1 ? [...remotes.keys()][0] : undefined;
}
