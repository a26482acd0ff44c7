import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { createReadStream, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { inTurn, ms } from './measure.mjs';
import { gigabyte, randomFile, runQuietly, scratchFolder } from './large-file.mjs';

export const title = 'a bundle of 1 GB verified, beside one openssl dgst -sha256 of the same file';
export const target = 1.25;

const require = createRequire(import.meta.url);
const bundles = require('../../packages/core/dist/bundle/index.js');
const { documentBytes, digestOf } = require('../../packages/core/dist/kernel/index.js');
const { verifyBundle } = require('../../packages/core/dist/adapters/bundle-fs/index.js');

export async function measure(say) {
  const folder = scratchFolder();
  try {
    const file = await layOut(folder);
    const verify = () => verifyBundle(folder, { trustedKeys: [] });
    const openssl = () => runQuietly('openssl', ['dgst', '-sha256', file]);
    const { a, b, ratio } = await inTurn(verify, openssl, 5);
    say(`verified             ${ms(a)}`);
    say(`openssl dgst         ${ms(b)}`);
    say(`peak memory          ${(process.resourceUsage().maxRSS / 1024).toFixed(0).padStart(7)} MB`);
    return ratio;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @returns the large file of a bundle that is written into the folder */
async function layOut(folder) {
  const large = join(folder, 'large');
  await randomFile(large, gigabyte);
  const digest = await digestOfFile(large);
  const tensor = { name: 'x', datatype: 'FP32', shape: [-1] };
  const serving = {
    formatVersion: 1,
    name: 'm',
    signature: { inputs: [tensor], outputs: [tensor] },
    runtime: { kind: 'onnx', file: 'model/m.onnx' },
  };
  const example = { inputs: [{ ...tensor, shape: [1], data: [1] }] };
  const small = [
    ['serving.json', bundles.servingCodec.encode(serving)],
    ['example.json', documentBytes(example)],
  ];
  const config = bundles.fileTypes.config;
  const files = [
    { path: 'model/m.onnx', digest, size: gigabyte, mediaType: bundles.fileTypes.weight },
    ...small.map(([path, bytes]) => ({
      path,
      digest: digestOf(bytes),
      size: bytes.length,
      mediaType: config,
    })),
  ];
  const buildDefinition = { buildType: 'urn:bench', externalParameters: {}, resolvedDependencies: [] };
  const provenance = { buildDefinition, runDetails: { builder: { id: 'urn:bench' } } };
  const { documents } = bundles.buildBundle({ model: { name: 'm' }, files, provenance });
  const all = [
    ...documents.map(({ path, bytes }) => [path, bytes]),
    ...small.map(([, bytes]) => [bundles.blobPath(digestOf(bytes)), bytes]),
  ];
  for (const [path, bytes] of all) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
  const blob = join(folder, bundles.blobPath(digest));
  renameSync(large, blob);
  return blob;
}

async function digestOfFile(path) {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(piece);
  return `sha256:${hash.digest('hex')}`;
}
