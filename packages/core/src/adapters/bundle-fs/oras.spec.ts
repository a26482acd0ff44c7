import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { decodeModelManifest } from '../../bundle/index.js';
import { smallBundle } from '../../bundle/testing/small-bundle.js';
import { areThere, DockerRegistry } from './testing/docker-registry.js';

/** Debian's packages golang-go, golang-oras-oras-go-dev and docker-registry. They are large: `npm test` does without them. */
const library = '/usr/share/gocode';
const others =
  areThere('go') && existsSync(join(library, 'src/oras.land/oras-go')) ? describe : describe.skip;

others('a bundle in the hands of the library of ORAS', () => {
  const { source, digest } = smallBundle();
  let registry: DockerRegistry;
  let program: string;
  let remote: string;

  const copy = (...args: readonly string[]): string =>
    execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();

  beforeAll(async () => {
    registry = await DockerRegistry.start(source.files);
    remote = `${registry.address}/spam:1`;
    program = join(registry.folder, 'oras-copy');
    const env = { ...process.env, GO111MODULE: 'off', GOPATH: library, GOCACHE: join(registry.folder, 'go') };
    const from = join(__dirname, 'testing/oras-copy.go');
    execFileSync('go', ['build', '-o', program, from], { env, stdio: 'inherit' });
  }, 600_000);
  afterAll(() => registry.stop());

  it('is pushed from its layout, and comes back as its files by their paths, or as the same manifest', async () => {
    const { folder } = registry;
    expect(copy('oci', join(folder, 'bundle'), 'model', 'registry', '-', remote)).toBe(digest);
    await mkdir(join(folder, 'files'));
    expect(copy('registry', '-', remote, 'files', join(folder, 'files'), '')).toBe(digest);
    await mkdir(join(folder, 'back'));
    expect(copy('registry', '-', remote, 'oci', join(folder, 'back'), 'model')).toBe(digest);

    const { files, config } = decodeModelManifest(await readFile(blobOf('back', digest)));
    for (const { path, digest: named } of files)
      expect(await readFile(join(folder, 'files', path))).toEqual(await readFile(blobOf('bundle', named)));
    expect(await readdir(join(folder, 'back/blobs/sha256'))).toHaveLength(files.length + 2);
    expect(await readFile(blobOf('back', config.digest))).toEqual(
      await readFile(blobOf('bundle', config.digest)),
    );
  });

  const blobOf = (where: string, of: string): string =>
    join(registry.folder, where, 'blobs/sha256', of.slice('sha256:'.length));
});
