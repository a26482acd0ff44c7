import { execFileSync } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { decodeModelManifest } from '../../bundle/index.js';
import { smallBundle } from '../../bundle/testing/small-bundle.js';
import { areThere, DockerRegistry } from './testing/docker-registry.js';

/** Debian's packages skopeo and docker-registry. */
const others = areThere('skopeo') ? describe : describe.skip;

others('a bundle in the hands of others', () => {
  const { source, digest } = smallBundle();
  let registry: DockerRegistry;
  beforeAll(async () => {
    registry = await DockerRegistry.start(source.files);
  });
  afterAll(() => registry.stop());

  it('goes through skopeo and a registry and comes back the same', async () => {
    const { address, folder } = registry;
    const insecure = ['copy', '--quiet', '--insecure-policy'];
    const remote = `docker://${address}/spam:1`;
    execFileSync('skopeo', [...insecure, '--dest-tls-verify=false', `oci:${folder}/bundle:model`, remote]);
    execFileSync('skopeo', [...insecure, '--src-tls-verify=false', remote, `oci:${folder}/back:model`]);
    const manifest = await readFile(join(folder, 'back/blobs/sha256', digest.slice(7)));
    const { files, config } = decodeModelManifest(manifest);
    for (const named of [...files, config]) {
      const bytes = await readFile(join(folder, 'back/blobs/sha256', named.digest.slice(7)));
      expect(bytes.equals(source.files.get(`blobs/sha256/${named.digest.slice(7)}`) ?? Buffer.alloc(0))).toBe(
        true,
      );
    }
    expect(await readdir(join(folder, 'back/blobs/sha256'))).toHaveLength(files.length + 2);
  });
});
