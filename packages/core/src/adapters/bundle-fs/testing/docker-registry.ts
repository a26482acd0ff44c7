import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Debian's package docker-registry, and whatever else a spec needs of programs. */
export function areThere(...programs: readonly string[]): boolean {
  return ['docker-registry', ...programs].every((program) => {
    try {
      execFileSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  });
}

/** A registry of the Distribution specification on a port of its own, beside a folder with a bundle. */
export class DockerRegistry {
  private constructor(
    readonly address: string,
    readonly folder: string,
    private readonly process: ChildProcess,
  ) {}

  /** @param files by their paths: written to `bundle` in the folder */
  static async start(files: ReadonlyMap<string, Uint8Array>): Promise<DockerRegistry> {
    const folder = await mkdtemp(join(tmpdir(), 'bundle-registry-'));
    for (const [path, bytes] of files) {
      await mkdir(dirname(join(folder, 'bundle', path)), { recursive: true });
      await writeFile(join(folder, 'bundle', path), bytes);
    }
    const address = `127.0.0.1:${String(await freePort())}`;
    const config = join(folder, 'registry.yml');
    const storage = join(folder, 'registry');
    await writeFile(
      config,
      `version: 0.1\nlog: { level: error }\nstorage: { filesystem: { rootdirectory: ${storage} } }\nhttp: { addr: ${address} }\n`,
    );
    const registry = spawn('docker-registry', ['serve', config], { stdio: 'ignore' });
    await answers(`http://${address}/v2/`);
    return new DockerRegistry(address, folder, registry);
  }

  async stop(): Promise<void> {
    this.process.kill();
    await rm(this.folder, { recursive: true, force: true });
  }
}

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
