import { chunksName } from '../../chunks/index.js';
import type { Digest } from '../../kernel/index.js';
import { objectBlob, smallBytes } from '../../remote/index.js';
import type { Remote } from '../../remote/index.js';
import { journalLength } from '../../store/index.js';
import type { TransferProgress } from '../transfer/index.js';
import { objectsAt, readOrTell, readRemoteContent } from './remote-content.js';
import type { RemoteDamage, TellDamage } from './remote-content.js';
import type { ListedPack, RemoteInventory } from './remote-inventory.js';
import { verifyRemoteBytes } from './verify-remote-bytes.js';

export interface RemoteVerifyReport {
  readonly place: string;
  /** False: nothing was ever pushed there. */
  readonly isThere: boolean;
  readonly isDeep: boolean;
  readonly blobs: number;
  /** Of all blobs, whether or not they were read. */
  readonly bytes: number;
  /** Different objects that are there, in packs, whole or in chunks. */
  readonly objects: number;
  readonly damaged: readonly RemoteDamage[];
  /** Of the objects that damage takes away, those that lie nowhere else there. */
  readonly lost: ReadonlySet<Digest>;
  /** Packs without an index: what an interrupted push leaves. Nobody reads them. */
  readonly unfinished: { readonly blobs: number; readonly bytes: number };
  /** Names that nx-ml does not give. */
  readonly foreign: readonly string[];
}

export interface VerifyRemoteRequest {
  /** Also reads and hashes every byte. */
  readonly isDeep: boolean;
  /** Bytes that an object has where it is known; a whole object of another size is damaged. */
  readonly sizeOf: (digest: Digest) => number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly progress?: TransferProgress | undefined;
}

/**
 * Looks whether a remote holds what its names promise. Nothing is changed there, and nothing that this machine remembers of it is
 * believed. What is written meanwhile may be told as damaged: look again.
 *
 * @throws MlError ERR_ML_CANCELLED, and the failures of the remote
 */
export async function verifyRemote(
  request: VerifyRemoteRequest,
  remote: Remote,
): Promise<RemoteVerifyReport> {
  const isThere = await remote.isThere();
  const damaged: RemoteDamage[] = [];
  const onDamage: TellDamage = (damage) => damaged.push(damage);
  const content = await readRemoteContent(remote, onDamage, { signal: request.signal });
  const { listed } = content;
  checkSizes(listed, { onDamage, sizeOf: request.sizeOf });
  checkJournals(listed, onDamage);
  if (request.isDeep) await verifyRemoteBytes(content, { ...request, onDamage });
  const there = objectsAt(content, damaged);
  const lost = damaged.flatMap(({ objects }) => objects.filter((digest) => !there.has(digest)));
  const unfinished = [...listed.packs.values()].flatMap(unfinishedBytes);
  return {
    place: remote.place,
    isThere,
    isDeep: request.isDeep,
    blobs: listed.blobs,
    bytes: listed.bytes,
    objects: there.size,
    lost: new Set(lost),
    damaged: damaged.sort((a, b) => (a.name < b.name ? -1 : 1)),
    unfinished: { blobs: unfinished.length, bytes: unfinished.reduce((sum, size) => sum + size, 0) },
    foreign: listed.foreign.map(({ name }) => name),
  };
}

function unfinishedBytes({ pack, index }: ListedPack): readonly number[] {
  return index === undefined && pack !== undefined ? [pack] : [];
}

function checkSizes(
  { objects, chunks }: RemoteInventory,
  { onDamage, sizeOf }: Pick<VerifyRemoteRequest, 'sizeOf'> & { readonly onDamage: TellDamage },
): void {
  for (const [digest, size] of objects) {
    const wrong = wrongSize(size, sizeOf(digest));
    if (wrong !== undefined) onDamage({ name: objectBlob(digest), why: wrong, objects: [digest] });
  }
  for (const [digest, size] of chunks)
    if (size === 0) onDamage({ name: chunksName(digest), why: 'it is empty', objects: [] });
}

function wrongSize(size: number, known: number | undefined): string | undefined {
  if (known !== undefined && known !== size)
    return `it has ${String(size)} bytes instead of ${String(known)}`;
  return size < smallBytes ? `it has ${String(size)} bytes, and whole objects have 1 MB and more` : undefined;
}

function checkJournals({ journals }: RemoteInventory, onDamage: TellDamage): void {
  for (const [journal, entries] of journals)
    readOrTell({ name: `journals/${journal}`, onDamage }, () => journalLength(journal, entries));
}
