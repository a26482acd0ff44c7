import { createRequire } from 'node:module';
import { rmSync } from 'node:fs';

import { inTurn, ms } from './measure.mjs';
import { gigabyte, randomFile, runQuietly, scratchFolder } from './large-file.mjs';

export const title = 'cut, chunk hashes and whole hash of 1 GB, beside one openssl dgst -sha256 of it';
export const target = 1.25;

const require = createRequire(import.meta.url);

/** Twice the hashing on two cores, and the cut: 1.25 is 0.8 of openssl's rate. */
export async function measure(say) {
  const { openChunker } = require('../../packages/core/dist/adapters/chunker-workers/index.js');
  const folder = scratchFolder();
  try {
    const file = `${folder}/file`;
    await randomFile(file, gigabyte);
    const chunker = openChunker();
    const cut = () => chunker.cut(file);
    const openssl = () => runQuietly('openssl', ['dgst', '-sha256', file]);
    const { a, b, ratio } = await inTurn(cut, openssl, 5);
    say(`cut and hashed       ${ms(a)}  ${rate(a)}`);
    say(`openssl dgst         ${ms(b)}  ${rate(b)}`);
    say(`peak memory          ${(process.resourceUsage().maxRSS / 1024).toFixed(0).padStart(7)} MB`);
    return ratio;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const rate = (milliseconds) => `${(gigabyte / 1000 / milliseconds).toFixed(0).padStart(6)} MB/s`;
