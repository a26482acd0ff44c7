import { createHash } from 'node:crypto';

import { chunksName, fetchChunks, readSegments, recipeName } from '../../chunks/index.js';
import type { Recipe } from '../../chunks/index.js';
import { digestOf, fromHex, isDigest, isMlError } from '../../kernel/index.js';
import type { Digest } from '../../kernel/index.js';
import {
  eachOf,
  objectBlob,
  packBlob,
  RemoteJournal,
  refuseCancelled,
  sliceRange,
} from '../../remote/index.js';
import type { Blobs, PackIndex, PackRange, TransferOptions } from '../../remote/index.js';
import { decodeTree, journalEntryName } from '../../store/index.js';
import type { TransferProgress } from '../transfer/index.js';
import { objectsAt, awaitOrTell } from './remote-content.js';
import type { RemoteContent, TellDamage } from './remote-content.js';
import type { RemoteInventory } from './remote-inventory.js';

const atOnce = 4;
const wrongBytes = 'its bytes do not match its name';
/** How every list of files begins. */
const treeStart = Buffer.from('{"entries":[');
/** A list of files that is longer is taken for data: some 300,000 files. Bytes. */
const longestTree = 64 * 1024 * 1024;

interface Watching {
  readonly onDamage: TellDamage;
  readonly signal?: AbortSignal | undefined;
  readonly progress?: TransferProgress | undefined;
}

/** Files that each list of files names. */
type Lists = Map<Digest, readonly Digest[]>;

/** Hashes all that is there: packs, whole objects, blobs of chunks, objects as their recipes make them, and journals. */
export async function verifyRemoteBytes(content: RemoteContent, watching: Watching): Promise<void> {
  const { listed, indexes, recipes } = content;
  const reader = new RemoteReader(content.remote.blobs, watching);
  const jobs = [
    ...[...indexes].map(([pack, index]) => ({
      size: index.packSize,
      run: () => reader.pack(pack, index),
    })),
    ...[...listed.objects].map(([digest, size]) => ({ size, run: () => reader.object(digest) })),
    ...[...listed.chunks].map(([digest, size]) => ({ size, run: () => reader.chunks(digest) })),
    ...[...recipes.values()].map((recipe) => ({ size: recipe.size, run: () => reader.recipe(recipe) })),
    ...[...listed.journals.keys()]
      .filter((name) => isWhole(name, listed))
      .map((name) => ({ size: 0, run: () => reader.journal(name) })),
  ];
  watching.progress?.expect({ files: jobs.length, bytes: jobs.reduce((sum, { size }) => sum + size, 0) });
  await eachOf(jobs, atOnce, async ({ run }) => {
    refuseCancelled(watching.signal);
    await run();
    watching.progress?.advance({ files: 1 });
  });
  checkNames(content, reader, watching.onDamage);
}

/** What names something was written after what it names, so that a list without its files is damage. */
function checkNames(content: RemoteContent, { lists, results }: RemoteReader, onDamage: TellDamage): void {
  const there = objectsAt(content);
  for (const [digest, files] of lists) {
    const gone = files.filter((file) => !there.has(file));
    const why = `it lists ${String(files.length)} files, and ${String(gone.length)} of them are not there`;
    if (gone.length > 0) onDamage({ name: digest, why, objects: gone });
  }
  for (const [journal, result] of results)
    if (!there.has(result))
      onDamage({
        name: `journals/${journal}`,
        why: 'the result that it names is not there',
        objects: [result],
      });
}

/** What has a gap was told by its names. */
function isWhole(name: string, { journals }: RemoteInventory): boolean {
  const entries = new Set(journals.get(name));
  return [...entries.keys()].every((_, at) => entries.has(journalEntryName(at)));
}

class RemoteReader {
  readonly lists: Lists = new Map();
  /** What stands under each run key. */
  readonly results = new Map<string, Digest>();
  readonly #blobs: Blobs;
  readonly #onDamage: TellDamage;
  readonly #options: TransferOptions;

  constructor(blobs: Blobs, { onDamage, signal, progress }: Watching) {
    this.#blobs = blobs;
    this.#onDamage = onDamage;
    this.#options = {
      signal,
      onBytes: (bytes) => {
        progress?.advance({ bytes });
      },
    };
  }

  async pack(pack: Digest, index: PackIndex): Promise<void> {
    const range = wholePack(pack, index);
    const right = new Set<Digest>();
    const stream = range.end === 0 ? nothing() : await this.#blobs.read(packBlob(pack), range, this.#options);
    for await (const { digest, bytes } of sliceRange(stream ?? nothing(), range)) {
      if (digestOf(bytes) !== digest) continue;
      right.add(digest);
      this.#noteList(digest, bytes);
    }
    const wrong = range.objects.flatMap(({ digest }) => (right.has(digest) ? [] : [digest]));
    if (wrong.length > 0)
      this.#onDamage({
        name: packBlob(pack),
        why: `${String(wrong.length)} of its ${String(index.count)} objects have other bytes than their names say`,
        objects: wrong,
      });
  }

  async object(digest: Digest): Promise<void> {
    const name = objectBlob(digest);
    const stream = await this.#blobs.read(name, undefined, this.#options);
    // It is gone since it was listed.
    if (stream !== undefined) await this.#compare(name, digest, stream);
  }

  async chunks(digest: Digest): Promise<void> {
    const name = chunksName(digest);
    const stream = await this.#blobs.read(name, undefined, this.#options);
    if (stream === undefined || (await hashed(stream)).digest === digest) return;
    this.#onDamage({ name, why: wrongBytes, objects: [] });
  }

  async recipe(recipe: Recipe): Promise<void> {
    const { digest, segments: places } = recipe;
    const name = recipeName(digest);
    const options = { signal: this.#options.signal };
    await awaitOrTell({ name, onDamage: this.#onDamage, objects: [digest] }, async () => {
      const segments = await readSegments(this.#blobs, recipe, { places, options });
      await this.#compare(name, digest, fetchChunks(this.#blobs, { recipe, segments }, [], this.#options));
    });
  }

  async journal(name: string): Promise<void> {
    const blame = { name: `journals/${name}`, onDamage: this.#onDamage };
    const last = await awaitOrTell(blame, async () =>
      (await new RemoteJournal(this.#blobs).read(name)).at(-1),
    );
    const result = last?.payload['result'];
    if (name.startsWith('runs/') && isDigest(result)) this.results.set(name, result);
  }

  async #compare(name: string, digest: Digest, stream: AsyncIterable<Uint8Array>): Promise<void> {
    const found = await hashed(stream);
    if (found.digest !== digest) this.#onDamage({ name, why: wrongBytes, objects: [digest] });
    else if (found.list !== undefined) this.#noteList(digest, found.list);
  }

  #noteList(digest: Digest, bytes: Buffer): void {
    if (!bytes.subarray(0, treeStart.length).equals(treeStart)) return;
    try {
      this.lists.set(
        digest,
        decodeTree(bytes).map((entry) => entry.digest),
      );
    } catch (error) {
      // Data that begins alike.
      if (!isMlError(error)) throw error;
    }
  }
}

function wholePack(pack: Digest, index: PackIndex): PackRange {
  const objects = [...index.digests()].map((digest, at) => ({ digest, pack, ...index.slice(at) }));
  objects.sort((a, b) => a.offset - b.offset || a.size - b.size);
  return { pack, start: 0, end: index.packSize, objects };
}

/** The digest of a stream, and its bytes where it may be a list of files. */
async function hashed(
  stream: AsyncIterable<Uint8Array>,
): Promise<{ readonly digest: Digest; readonly list: Buffer | undefined }> {
  const hash = createHash('sha256');
  let kept: Buffer[] | undefined = [];
  let size = 0;
  for await (const part of stream) {
    hash.update(part);
    size += part.length;
    kept?.push(Buffer.from(part));
    if (kept !== undefined && size >= treeStart.length && !mayBeList(kept, size)) kept = undefined;
  }
  return { digest: fromHex(hash.digest('hex')), list: kept === undefined ? undefined : Buffer.concat(kept) };
}

function mayBeList(parts: readonly Buffer[], size: number): boolean {
  if (size > longestTree) return false;
  const [first] = parts;
  const head = first !== undefined && first.length >= treeStart.length ? first : Buffer.concat(parts);
  return head.subarray(0, treeStart.length).equals(treeStart);
}

// eslint-disable-next-line @typescript-eslint/require-await -- an empty stream
async function* nothing(): AsyncIterable<Uint8Array> {
  yield* [];
}
