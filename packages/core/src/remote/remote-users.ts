import { digestOf, documentBytes, hexOf, isJsonObject, MlError, parseJson } from '../kernel/index.js';
import { bytesSource, collect } from './blob-source.js';
import type { Blobs } from './blobs.js';

/** A workspace that has pushed to a remote, as it told there. */
export interface RemoteUser {
  readonly host: string;
  /** Absolute, on that host. */
  readonly path: string;
  /** When it last pushed, by its own clock. Milliseconds since the epoch. */
  readonly at: number;
}

const prefix = 'users/';
/** No honest one is longer. */
const maxBytes = 8192;
/** More than any honest remote has. */
const mostUsers = 100_000;

/** Leaves word of who pushes: whoever looks after a remote must know whom to ask. @throws MlError as Blobs */
export async function tellUser(blobs: Blobs, { host, path, at }: RemoteUser): Promise<void> {
  const name = `${prefix}${hexOf(digestOf(`${host}\0${path}`)).slice(0, 32)}.json`;
  const document = { formatVersion: 1, kind: 'nx-ml-remote-user', host, path, at };
  await blobs.write(name, bytesSource(documentBytes(document)));
}

/**
 * Everybody who has pushed there, with a version that tells of it.
 *
 * @param onProblem is told of a record that cannot be read.
 * @throws MlError as Blobs
 */
export async function remoteUsers(
  blobs: Blobs,
  onProblem: (problem: MlError) => void,
): Promise<readonly RemoteUser[]> {
  const names: string[] = [];
  for await (const { name } of blobs.list(prefix)) if (names.length < mostUsers) names.push(name);
  const users: RemoteUser[] = [];
  for (const name of names.sort()) {
    const stream = await blobs.read(name);
    // It is gone since it was listed.
    if (stream === undefined) continue;
    const user = decode(await collect(stream, maxBytes));
    if (user === undefined) onProblem(unreadable(`${blobs.place}/${name}`));
    else users.push(user);
  }
  return users;
}

function decode(bytes: Buffer | undefined): RemoteUser | undefined {
  const document = bytes === undefined ? undefined : parseJson(bytes.toString('utf8'));
  if (!isJsonObject(document) || document['kind'] !== 'nx-ml-remote-user') return undefined;
  const { formatVersion, host, path, at } = document;
  const isKnown =
    formatVersion === 1 && typeof host === 'string' && typeof path === 'string' && typeof at === 'number';
  return isKnown ? { host, path, at } : undefined;
}

function unreadable(place: string): MlError {
  return new MlError('ERR_ML_DOCUMENT_INVALID', {
    message: `${place} tells of no workspace that uses the remote`,
    fix: 'Push once more from each workspace that uses it, then remove that file.',
  });
}
