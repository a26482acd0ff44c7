import { randomBytes } from 'node:crypto';
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { copyWithInsertion, gigabyte, randomFile, runQuietly, scratchFolder } from './large-file.mjs';
import { backupPeers } from './peers/backups.mjs';

export const title = '1 MB inserted in 1 GB and pushed again: new bytes sent, beside 1.3 MB';
export const target = 1;

const goal = 1.3e6;
const mostMB = 150;
const insertion = 1024 * 1024;

/** Bytes say more than milliseconds here: they are the same on every machine. */
export async function measure(say) {
  const folder = scratchFolder();
  try {
    await randomFile(join(folder, 'before'), gigabyte);
    const at = Math.floor(gigabyte / 3);
    await copyWithInsertion(join(folder, 'before'), join(folder, 'after'), {
      at,
      bytes: randomBytes(insertion),
    });
    mkdirSync(join(folder, 'remote'));
    const child = join(new URL('.', import.meta.url).pathname, 'chunk-insert-child.mjs');
    const { first, second, pulled, pulledAll, peakMB } = JSON.parse(
      await runQuietly(process.execPath, [child, folder]),
    );
    say(`first push           ${mb(first.bytes)}  in ${seconds(first.ms)}`);
    say(`second push          ${mb(second.bytes)}  in ${seconds(second.ms)}`);
    say(`pulled beside the old${mb(pulled.bytes)}  in ${seconds(pulled.ms)}`);
    say(`pulled beside nothing${mb(pulledAll.bytes)}  in ${seconds(pulledAll.ms)}`);
    say(`peak memory          ${String(peakMB).padStart(10)} MB of ${mostMB} that are allowed`);
    for (const name of ['one', 'two', 'three', 'remote']) rmSync(join(folder, name), { recursive: true });
    await measurePeers(folder, say);
    return Math.max(second.bytes / goal, peakMB / mostMB);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Each keeps the same path twice, as a backup does. */
async function measurePeers(folder, say) {
  mkdirSync(join(folder, 'data'));
  const file = join(folder, 'data', 'file');
  for (const peer of backupPeers) {
    const repository = join(folder, peer.name);
    try {
      await peer.init(repository);
    } catch (error) {
      if (error.code !== 'ENOENT') throw error;
      say(`${peer.name.padEnd(21)}left out: it is not installed`);
      continue;
    }
    renameSync(join(folder, 'before'), file);
    await peer.keep(repository, file, 'before');
    const before = await peer.size(repository);
    renameSync(file, join(folder, 'before'));
    renameSync(join(folder, 'after'), file);
    const started = performance.now();
    await peer.keep(repository, file, 'after');
    const took = performance.now() - started;
    renameSync(file, join(folder, 'after'));
    say(`${peer.name.padEnd(21)}${mb((await peer.size(repository)) - before)}  in ${seconds(took)}`);
    rmSync(repository, { recursive: true });
  }
}

const mb = (bytes) => `${(bytes / 1e6).toFixed(2).padStart(10)} MB`;
const seconds = (milliseconds) => `${(milliseconds / 1000).toFixed(1)} s`;
