import { join } from 'node:path';

import { isMlError, MlError } from '../../kernel/index.js';
import type { DvcRemote } from '../../interop/dvc/index.js';
import { cachePaths, maxFolderObjectBytes } from '../../interop/dvc/index.js';
import type { ForeignSum, FoundFile } from '../../interop/foreign/index.js';
import { parseRemoteAddress, watched } from '../../remote/index.js';
import type { Blobs, S3Address, TransferOptions } from '../../remote/index.js';
import { md5OfText } from './md5.js';
import { textOf } from './text-of.js';
import { followUrl } from './http-get.js';
import { measureFile } from './measure-file.js';
import { saveStream } from './save-stream.js';

export interface RemoteContext {
  /** Opens a bucket; absent where none can be. */
  readonly openBucket?: ((address: S3Address) => Promise<Blobs>) | undefined;
  /** Absolute folder for the lists of folders that a remote gave; absent where none is to be kept. */
  readonly lists?: string | undefined;
  /** Stops what is read and fetched, and is told of its bytes. */
  readonly watch?: TransferOptions | undefined;
  /** NX_ML_OFFLINE. */
  readonly offline: boolean;
}

/** A DVC remote that can be read. */
export interface DvcStore {
  /** Without secrets, for messages. */
  readonly place: string;
  /** @returns undefined where it has no such bytes, or others under that name. */
  fetch(sum: ForeignSum, target: string): Promise<FoundFile | undefined>;
  /** The list of a folder's files, with the md5 that names it. */
  folderList(md5: string): Promise<string | undefined>;
}

/** @returns the reason in words where it cannot be read here. */
export function openDvcRemote(remote: DvcRemote, context: RemoteContext): DvcStore | string {
  const { url, options } = remote;
  const layout = ['version_aware', 'worktree'].find((name) => options.get(name)?.toLowerCase() === 'true');
  if (layout !== undefined) return `it keeps files by ${layout}`;
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(url)?.[1]?.toLowerCase();
  if (scheme === undefined) return folderStore(url, context);
  if (scheme === 'file') return folderStore(decodeURIComponent(new URL(url).pathname), context);
  return openDistant(scheme, remote, context);
}

function openDistant(
  scheme: string,
  remote: DvcRemote,
  { offline, openBucket, watch }: RemoteContext,
): DvcStore | string {
  const isWeb = scheme === 'http' || scheme === 'https';
  if (!isWeb && scheme !== 's3') return `${scheme}:// remotes are read by DVC alone`;
  if (offline) return 'NX_ML_OFFLINE is set';
  if (isWeb) return webStore(remote, watch);
  return openBucket === undefined
    ? 's3:// remotes cannot be read here'
    : bucketStore(remote, openBucket, watch);
}

function folderStore(folder: string, { watch }: RemoteContext): DvcStore {
  const paths = (sum: ForeignSum, isFolder: boolean) =>
    namesOf(sum, isFolder).map((name) => join(folder, name));
  return {
    place: folder,
    async fetch(sum) {
      for (const path of paths(sum, false)) {
        const found = await measureFile(path, sum, watch);
        if (found !== undefined) return found;
      }
      return undefined;
    },
    folderList(md5) {
      const texts = paths({ kind: 'md5-dos2unix', hex: md5 }, true).map((path) =>
        textOf(path, maxFolderObjectBytes),
      );
      return Promise.resolve(texts.find((text) => text !== undefined && md5OfText(text) === md5));
    },
  };
}

type Read = (name: string) => Promise<AsyncIterable<Uint8Array> | undefined>;

function streamStore(place: string, read: Read): DvcStore {
  return {
    place,
    async fetch(sum, target) {
      for (const name of namesOf(sum, false)) {
        const bytes = await read(name);
        const found = bytes === undefined ? undefined : await saveStream(bytes, { target, sum });
        if (found !== undefined) return found;
      }
      return undefined;
    },
    async folderList(md5) {
      for (const name of namesOf({ kind: 'md5-dos2unix', hex: md5 }, true)) {
        const bytes = await read(name);
        const text = bytes === undefined ? undefined : await textFrom(bytes);
        if (text !== undefined && md5OfText(text) === md5) return text;
      }
      return undefined;
    },
  };
}

function webStore({ url, options }: DvcRemote, watch: TransferOptions = {}): DvcStore | string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined) return `${url} is no address`;
  if (options.has('auth') || parsed.username !== '') return 'it needs a user and a password';
  const base = url.replace(/\/+$/, '');
  return streamStore(base, async (name) => {
    // However large it is: only silence ends it.
    const how = { absent: 'undefined', time: Infinity, signal: watch.signal } as const;
    const bytes = await followUrl(`${base}/${name}`, how);
    return bytes && watched(bytes, watch);
  });
}

function bucketStore(
  { name, url, options }: DvcRemote,
  openBucket: (address: S3Address) => Promise<Blobs>,
  watch: TransferOptions = {},
): DvcStore {
  let blobs: Promise<Blobs> | undefined;
  const address = bucketAddress(url, options);
  return streamStore(url, async (blob) => {
    blobs ??= openBucket(readAddress(address, name));
    return (await blobs).read(blob, undefined, watch);
  });
}

/** @throws MlError ERR_ML_DVC_INVALID */
function readAddress(address: string, name: string): S3Address {
  try {
    const read = parseRemoteAddress(address);
    if (read.kind === 's3') return read;
  } catch (cause) {
    if (!isMlError(cause)) throw cause;
  }
  throw new MlError('ERR_ML_DVC_INVALID', {
    message: `The address of the DVC remote "${name}", ${address}, is none that nx-ml reads`,
    fix: 'Bring the data by DVC (dvc pull), or correct url, endpointurl and region in .dvc/config.',
  });
}

/** As docs/design/remotes.md writes the address of a bucket. */
function bucketAddress(url: string, options: ReadonlyMap<string, string>): string {
  const query = new URLSearchParams();
  for (const [key, name] of [
    ['endpointurl', 'endpoint'],
    ['region', 'region'],
  ] as const) {
    const value = options.get(key);
    if (value !== undefined) query.set(name, value);
  }
  const text = query.toString();
  return `${url.replace(/\/+$/, '')}${text === '' ? '' : `?${text}`}`;
}

/** DVC 3 has its own folder; what DVC 2 wrote lies beside it, in a remote as in a cache. */
function namesOf({ kind, hex }: ForeignSum, isFolder: boolean): readonly string[] {
  const [newer = '', older = ''] = cachePaths({ md5: hex, isFolder });
  return kind === 'md5-dos2unix' ? [older, newer] : [newer];
}

async function textFrom(bytes: AsyncIterable<Uint8Array>): Promise<string | undefined> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of bytes) {
    size += part.byteLength;
    if (size > maxFolderObjectBytes) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}
