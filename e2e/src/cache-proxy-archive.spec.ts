import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';

import { ArchiveCheck } from '@nx-ml/core/cache-proxy';
import { seededRng } from '@nx-ml/core/kernel';
import { startCommand } from '@nx-ml/testing';

const real = gunzipSync(
  readFileSync(join(__dirname, '../../packages/core/src/cache-proxy/archive/fixtures/nx-23.2.1.tar.gz')),
);

/** Where the headers of an archive stand that Nx made. */
function headersOf(tar: Buffer): readonly number[] {
  const found: number[] = [];
  for (let at = 0; tar[at] !== 0;) {
    found.push(at);
    const size = parseInt(tar.toString('latin1', at + 124, at + 135), 8);
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return found;
}

/** Fields of a header: where, and how long. */
const fields = [
  [0, 100],
  [100, 8],
  [124, 12],
  [136, 12],
  [156, 1],
  [157, 100],
  [257, 8],
  [345, 155],
] as const;
const letters = [0, 32, 46, 47, 48, 49, 50, 53, 55, 75, 76, 92, 97, 127, 128, 255];

/** An archive of Nx with some bytes of its headers changed, and their checksums made right again. */
function changed(seed: number): Buffer {
  const rng = seededRng(seed);
  const one = <T>(of: readonly T[]): T => of[Math.floor(rng.uniform() * of.length)] as T;
  const tar = Buffer.from(real);
  for (let times = 1 + Math.floor(rng.uniform() * 3); times > 0; times -= 1) {
    const at = one(headersOf(real));
    const [start, length] = one(fields);
    // Mostly where the text of a field ends: there it means something.
    const offset = Math.floor(rng.uniform() ** 2 * length);
    tar[at + start + offset] = one(letters);
    tar.write(' '.repeat(8), at + 148);
    const sum = tar.subarray(at, at + 512).reduce((total, byte) => total + byte, 0);
    tar.write(`${sum.toString(8).padStart(6, '0')}\0 `, at + 148);
  }
  return tar;
}

function isBelieved(tar: Buffer): boolean {
  const check = new ArchiveCheck({ bytes: 10_000_000, entries: 1000 });
  try {
    check.push(tar);
    check.end();
    return true;
  } catch {
    return false;
  }
}

/** Files, folders and links below a folder. */
function countIn(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).length;
}

/** Has the client of Nx, in a process of its own, unpack them: the exit code of the task, or why not, one a line. */
const unpack = `
const { HttpRemoteCache } = require('nx/src/native');
const [folder, ...hashes] = process.argv.slice(1);
(async () => {
  const client = new HttpRemoteCache();
  for (const hash of hashes)
    console.log(hash, await client.retrieve(hash, folder).then((found) => found.code, String));
})();`;

it('believes no archive that the client of Nx itself could not unpack, nor one that it reads otherwise', async () => {
  const archives = new Map<string, Buffer>([['0', real]]);
  for (let seed = 1; seed < 400; seed += 1)
    if (isBelieved(changed(seed))) archives.set(String(seed), changed(seed));
  expect(archives.size).toBeGreaterThan(40);
  expect(archives.size).toBeLessThan(300);
  const server = createServer(({ url = '' }, response) => {
    response.end(gzipSync(archives.get(url.split('/').at(-1) ?? '') ?? ''));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const folder = mkdtempSync(join(tmpdir(), 'nx-ml-archive-'));
  try {
    const { port } = server.address() as AddressInfo;
    const { output } = await startCommand(process.execPath, ['-e', unpack, folder, ...archives.keys()], {
      cwd: __dirname,
      env: { ...process.env, NX_SELF_HOSTED_REMOTE_CACHE_SERVER: `http://127.0.0.1:${String(port)}` },
    }).ended;
    expect(output.trim().split('\n')).toEqual([...archives.keys()].map((hash) => `${hash} 0`));
    // All but the exit code and the output, and folders that only a changed name asks for.
    for (const hash of archives.keys()) expect(countIn(join(folder, hash))).toBeGreaterThanOrEqual(14);
    expect(readdirSync(folder).sort()).toEqual([...archives.keys()].sort());
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    rmSync(folder, { recursive: true });
  }
});
