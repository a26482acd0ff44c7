import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { unpackBundle, verifySharedBundle } from '@nx-ml/core/adapters/bundle-fs';
import type { TrustedKey } from '@nx-ml/core/bundle';
import { releaseId } from '@nx-ml/core/deploy';
import type { Release } from '@nx-ml/core/deploy';
import { compareText, documentBytes, fromHex, hexOf, MlError, parseJson } from '@nx-ml/core/kernel';
import type { Digest } from '@nx-ml/core/kernel';

import { syncFolder } from '../../access/state/index.js';
import type { StateFolder } from '../../access/state/index.js';
import type { UnpackedRelease } from '../gateway-control.js';
import { blobsOfBundle } from './blobs-of-bundle.js';
import { isRelease } from '../release/index.js';

/** The bytes of each bundle's index.json, by the model's name. */
export type Indexes = Readonly<Record<string, Uint8Array>>;

const folder = 'releases';
const [releaseFile, indexFolder, modelFolder] = ['release.json', 'indexes', 'models'];

/**
 * Releases on disk. `release.json` is written last: without it there is none. The files of a release are laid out anew each time before
 * it is loaded, from blobs of which every byte was just verified, so that nothing counts that somebody left there.
 */
export class KeptReleases {
  constructor(
    private readonly state: StateFolder,
    private readonly blobs: string,
    private readonly trustedKeys: readonly TrustedKey[],
  ) {
    state.folder(folder);
  }

  /** Verifies all of a release, and keeps it. @throws MlError as verifySource; ERR_ML_SERVER_STATE */
  async keep(release: Release, indexes: Indexes): Promise<UnpackedRelease> {
    const name = `${folder}/${hexOf(releaseId(release))}`;
    try {
      const unpacked = await this.#layOut(release, indexes);
      this.state.folder(`${name}/${indexFolder}`);
      for (const [model, index] of Object.entries(indexes))
        this.state.replace(`${name}/${indexFolder}/${model}.json`, index);
      this.state.replace(`${name}/${releaseFile}`, documentBytes(release));
      syncFolder(join(this.state.path, folder));
      return unpacked;
    } catch (error) {
      await this.remove(releaseId(release));
      throw error;
    }
  }

  /** One that is kept, verified once more. @throws MlError as verifySource; ERR_ML_BUNDLE_DAMAGED where it is not there */
  async open(id: Digest): Promise<UnpackedRelease> {
    const { release, indexes } = await this.#read(id);
    return this.#layOut(release, indexes);
  }

  /** Where the files of a release lie that is loaded. */
  unpacked(release: Release): UnpackedRelease {
    const models = Object.keys(release.models).map(
      (model) => [model, this.#modelPath(release, model)] as const,
    );
    return { release, folders: Object.fromEntries(models) };
  }

  /** The newest first; what is not whole has no service. */
  async all(): Promise<{ readonly id: Digest; readonly service: string | undefined }[]> {
    const names = await readdir(join(this.state.path, folder));
    const found = names
      .filter((name) => /^[0-9a-f]{64}$/.test(name))
      .map(async (name) => {
        const id = fromHex(name);
        return { id, service: this.#release(id)?.service, at: (await stat(this.#path(id))).mtimeMs };
      });
    return (await Promise.all(found)).sort((a, b) => b.at - a.at || compareText(a.id, b.id));
  }

  /** `<64 hex>` of all bytes that a release is made of. @throws MlError where that cannot be told */
  async blobsOf(id: Digest): Promise<string[]> {
    const { indexes } = await this.#read(id);
    const lists = await Promise.all(Object.values(indexes).map((index) => blobsOfBundle(index, this.blobs)));
    return lists.flat().map(hexOf);
  }

  async remove(id: Digest): Promise<void> {
    const path = this.#path(id);
    // First what makes it one: what is left after a crash is none.
    await rm(join(path, releaseFile), { force: true });
    await rm(path, { recursive: true, force: true });
  }

  async #layOut(release: Release, indexes: Indexes): Promise<UnpackedRelease> {
    const models = join(this.#path(releaseId(release)), modelFolder);
    await rm(models, { recursive: true, force: true });
    await mkdir(models, { recursive: true, mode: 0o700 });
    for (const [model, expected] of Object.entries(release.models)) {
      const index = indexes[model];
      if (index === undefined) throw gone(`the index of "${model}" is not there`);
      const { blobs, trustedKeys } = this;
      const bundle = await verifySharedBundle({ blobs, index }, { trustedKeys, expected });
      await unpackBundle(bundle, { blobs, target: this.#modelPath(release, model), by: 'link' });
    }
    return this.unpacked(release);
  }

  async #read(id: Digest): Promise<{ release: Release; indexes: Indexes }> {
    const release = this.#release(id);
    if (release === undefined || releaseId(release) !== id)
      throw gone(`release ${hexOf(id)} is not there, or not whole`);
    const indexes: Record<string, Uint8Array> = {};
    for (const model of Object.keys(release.models))
      indexes[model] = await readFile(join(this.#path(id), indexFolder, `${model}.json`)).catch(
        (cause: unknown) => {
          throw gone(`the index of "${model}" cannot be read`, cause);
        },
      );
    return { release, indexes };
  }

  #release(id: Digest): Release | undefined {
    const bytes = this.state.read(`${folder}/${hexOf(id)}/${releaseFile}`)?.bytes;
    const document = parseJson(bytes?.toString('utf8') ?? '');
    return isRelease(document) ? document : undefined;
  }

  #path(id: Digest): string {
    return join(this.state.path, folder, hexOf(id));
  }

  #modelPath(release: Release, model: string): string {
    return join(this.#path(releaseId(release)), modelFolder, model);
  }
}

function gone(why: string, cause?: unknown): MlError {
  return new MlError('ERR_ML_BUNDLE_DAMAGED', {
    message: `A release is damaged: ${why}`,
    fix: 'Deploy it again.',
    cause,
  });
}
