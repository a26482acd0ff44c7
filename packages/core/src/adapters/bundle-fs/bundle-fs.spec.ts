import { link, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { blobPath, indexPath } from '../../bundle/index.js';
import { smallBundle } from '../../bundle/testing/small-bundle.js';
import { isMlError, parseDigest } from '../../kernel/index.js';
import { unpackBundle, verifyBundle, verifySharedBundle } from './index.js';

const nobody = { trustedKeys: [] };

describe('bundles in folders', () => {
  let scratch: string;
  let folder: string;
  const { source, digest } = smallBundle({ extra: { 'code/libs/a.mjs': 'export {};' } });

  beforeEach(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'bundle-fs-'));
    folder = join(scratch, 'bundle');
    for (const [path, bytes] of source.files) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), bytes);
    }
  });

  afterEach(() => rm(scratch, { recursive: true, force: true }));

  const codeOf = async (action: Promise<unknown>): Promise<string> => {
    try {
      await action;
      return 'done';
    } catch (error) {
      if (isMlError(error)) return error.code;
      throw error;
    }
  };

  it('verifies a folder, and blobs that lie among those of others', async () => {
    expect((await verifyBundle(folder, nobody)).digest).toBe(digest);
    const blobs = join(folder, 'blobs/sha256');
    await writeFile(join(blobs, 'of-another'), 'x');
    const index = await readFile(join(folder, indexPath));
    expect((await verifySharedBundle({ blobs, index }, nobody)).digest).toBe(digest);
    expect(await codeOf(verifyBundle(folder, nobody))).toBe('ERR_ML_BUNDLE_LAYOUT');
  });

  it('follows no link, and waits for no pipe', async () => {
    const blob = join(folder, blobPath(parseDigest(digest)));
    const elsewhere = join(scratch, 'elsewhere');
    await link(blob, elsewhere);
    await rm(blob);
    await symlink(elsewhere, blob);
    expect(await codeOf(verifyBundle(folder, nobody))).toBe('ERR_ML_BUNDLE_PATH');
  });

  it('says what a folder is not', async () => {
    expect(await codeOf(verifyBundle(join(scratch, 'none'), nobody))).toBe('ERR_ML_BUNDLE_DAMAGED');
    await writeFile(join(folder, 'oci-layout'), 'x'.repeat(100_000));
    expect(await codeOf(verifyBundle(folder, nobody))).toBe('ERR_ML_BUNDLE_LAYOUT');
  });

  it.each(['copy', 'link'] as const)('lays files out by their paths (%s)', async (by) => {
    const bundle = await verifyBundle(folder, nobody);
    const target = join(scratch, 'laid-out');
    await unpackBundle(bundle, { blobs: join(folder, 'blobs/sha256'), target, by });
    expect(await readFile(join(target, 'code/libs/a.mjs'), 'utf8')).toBe('export {};');
    expect((await readdir(scratch)).sort()).toEqual(['bundle', 'laid-out']);
  });

  it('leaves nothing of a bundle that changed after it was verified, or has no room', async () => {
    const bundle = await verifyBundle(folder, nobody);
    const [file] = bundle.files;
    const blobs = join(folder, 'blobs/sha256');
    await writeFile(join(folder, blobPath(file?.digest ?? parseDigest(digest))), 'another');
    const target = join(scratch, 'laid-out');
    expect(await codeOf(unpackBundle(bundle, { blobs, target }))).toBe('ERR_ML_BUNDLE_DAMAGED');
    const taken = join(scratch, 'taken');
    await mkdir(join(taken, 'x'), { recursive: true });
    expect(await codeOf(unpackBundle(bundle, { blobs, target: taken, by: 'link' }))).toBe(
      'ERR_ML_FILE_INACCESSIBLE',
    );
    expect((await readdir(scratch)).sort()).toEqual(['bundle', 'taken']);
  });
});
