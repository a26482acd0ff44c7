import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { decodeModelManifest } from '../../bundle/index.js';
import { smallBundle } from '../../bundle/testing/small-bundle.js';

/** Debian's packages skopeo and docker-registry. */
function isThere(program: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const others = isThere('skopeo') && isThere('docker-registry') ? describe : describe.skip;

others('a bundle in the hands of others', () => {
  let scratch: string;
  let registry: ChildProcess;
  let address: string;
  const { source, digest } = smallBundle();

  beforeAll(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'bundle-skopeo-'));
    for (const [path, bytes] of source.files) {
      await mkdir(dirname(join(scratch, 'bundle', path)), { recursive: true });
      await writeFile(join(scratch, 'bundle', path), bytes);
    }
    address = `127.0.0.1:${String(await freePort())}`;
    const config = join(scratch, 'registry.yml');
    const storage = join(scratch, 'registry');
    await writeFile(
      config,
      `version: 0.1\nlog: { level: error }\nstorage: { filesystem: { rootdirectory: ${storage} } }\nhttp: { addr: ${address} }\n`,
    );
    registry = spawn('docker-registry', ['serve', config], { stdio: 'ignore' });
    await answers(`http://${address}/v2/`);
  });

  afterAll(async () => {
    registry.kill();
    await rm(scratch, { recursive: true, force: true });
  });

  it('goes through skopeo and a registry and comes back the same', async () => {
    const insecure = ['copy', '--quiet', '--insecure-policy'];
    const remote = `docker://${address}/spam:1`;
    execFileSync('skopeo', [...insecure, '--dest-tls-verify=false', `oci:${scratch}/bundle:model`, remote]);
    execFileSync('skopeo', [...insecure, '--src-tls-verify=false', remote, `oci:${scratch}/back:model`]);
    const manifest = await readFile(join(scratch, 'back/blobs/sha256', digest.slice(7)));
    const { files, config } = decodeModelManifest(manifest);
    for (const named of [...files, config]) {
      const bytes = await readFile(join(scratch, 'back/blobs/sha256', named.digest.slice(7)));
      expect(bytes.equals(source.files.get(`blobs/sha256/${named.digest.slice(7)}`) ?? Buffer.alloc(0))).toBe(
        true,
      );
    }
    expect(await readdir(join(scratch, 'back/blobs/sha256'))).toHaveLength(files.length + 2);
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function answers(url: string): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    try {
      if ((await fetch(url)).ok) return;
    } catch {
      // It is not up yet.
    }
    await sleep(50);
  }
  throw new Error(`${url} does not answer`);
}
