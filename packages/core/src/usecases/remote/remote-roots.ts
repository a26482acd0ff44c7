import { isDigest, isMlError } from '../../kernel/index.js';
import type { Digest } from '../../kernel/index.js';
import type { GcStore } from '../../gc/index.js';
import { eachOf, objectBlob, RemoteJournal } from '../../remote/index.js';
import type { Journal, JournalEntry } from '../../store/index.js';
import { pullObjects } from '../transfer/index.js';
import type { GcRootsDeps } from '../store/gc-roots.js';
import type { Stores } from '../records/run-store.js';
import { objectsAt } from './remote-content.js';
import type { RemoteContent } from './remote-content.js';

export interface RemoteRootsParts {
  readonly content: RemoteContent;
  /** The store on this machine, opened for reading only. */
  readonly here: Stores;
  readonly store: Pick<GcStore, 'startOf' | 'journals' | 'workspaces'>;
  /** Reads through to the remote, and keeps what comes in a place of its own. */
  readonly through: Stores;
}

const atOnce = 16;
const startBytes = 64;

/**
 * A remote as those see it who read roots: its journals with the histories of this machine, which do not travel, and lists of
 * files from whoever has them. What is read most often is brought at once.
 */
export async function remoteRoots(parts: RemoteRootsParts): Promise<Pick<GcRootsDeps, 'store' | 'stores'>> {
  const { content, store, through, here } = parts;
  const names = [...content.listed.journals.keys()].filter((name) => !isHistory(name));
  const journals = await KnownJournals.of(names, content, here.journals);
  await bringDocuments(journals.named(), parts);
  return {
    stores: { objects: through.objects, journals },
    store: {
      journals: async () => [...names, ...(await store.journals()).filter(isHistory)],
      workspaces: () => store.workspaces(),
      // A remote tells no times: there what data of other tools was is kept.
      changedAt: () => Promise.resolve(undefined),
      // What is damaged at a remote still lies there.
      leftovers: () => Promise.resolve([]),
      startOf: async (digest) => (await store.startOf(digest)) ?? startThere(digest, parts),
    },
  };
}

function isHistory(name: string): boolean {
  return name.startsWith('history/');
}

/** The results and records that runs name, in few requests. One that is damaged is told by who reads it. */
async function bringDocuments(
  digests: readonly Digest[],
  { content, through }: RemoteRootsParts,
): Promise<void> {
  const there = objectsAt(content);
  const wanted = digests.filter((digest) => there.has(digest)).map((digest) => ({ digest }));
  try {
    await pullObjects(wanted, { remote: content.remote, store: through.objects });
  } catch (error) {
    if (!isMlError(error) || error.code !== 'ERR_ML_OBJECT_CORRUPT') throw error;
  }
}

async function startThere(
  digest: Digest,
  { content: { remote, listed, recipes }, through }: RemoteRootsParts,
): Promise<Buffer | undefined> {
  await remote.known();
  if (remote.packs.find(digest).length > 0)
    return (await through.objects.readBytes(digest)).subarray(0, startBytes);
  if (listed.objects.has(digest))
    return firstOf(await remote.blobs.read(objectBlob(digest), { start: 0, end: startBytes }));
  return recipes.has(digest) ? firstOf(await (await remote.large.open(digest))?.read(0)) : undefined;
}

async function firstOf(stream: AsyncIterable<Uint8Array> | undefined): Promise<Buffer | undefined> {
  if (stream === undefined) return undefined;
  for await (const part of stream) if (part.length > 0) return Buffer.from(part.subarray(0, startBytes));
  return Buffer.alloc(0);
}

/** Journals of a remote, all read at once; and the histories of this machine. Nothing is written. */
class KnownJournals implements Journal {
  readonly #entries: ReadonlyMap<string, readonly JournalEntry[] | Error>;
  readonly #here: Journal;

  private constructor(entries: ReadonlyMap<string, readonly JournalEntry[] | Error>, here: Journal) {
    this.#entries = entries;
    this.#here = here;
  }

  static async of(
    names: readonly string[],
    { remote }: RemoteContent,
    here: Journal,
  ): Promise<KnownJournals> {
    const entries = new Map<string, readonly JournalEntry[] | Error>();
    const there = new RemoteJournal(remote.blobs);
    await eachOf(names, atOnce, async (name) => {
      try {
        entries.set(name, await there.read(name));
      } catch (error) {
        if (!isMlError(error) || error.code !== 'ERR_ML_JOURNAL_BROKEN') throw error;
        entries.set(name, error);
      }
    });
    return new KnownJournals(entries, here);
  }

  /** Everything that a run's last entry names. */
  named(): readonly Digest[] {
    return [...this.#entries.values()].flatMap((entries) =>
      entries instanceof Error ? [] : Object.values(entries.at(-1)?.payload ?? {}).filter(isDigest),
    );
  }

  async read(name: string): Promise<readonly JournalEntry[]> {
    if (isHistory(name)) return this.#here.read(name);
    const entries = this.#entries.get(name) ?? [];
    if (entries instanceof Error) throw entries;
    return entries;
  }

  async last(name: string): Promise<JournalEntry | undefined> {
    return (await this.read(name)).at(-1);
  }

  append(): Promise<never> {
    return Promise.reject(new Error('journals that are only looked at take no entry'));
  }
}
