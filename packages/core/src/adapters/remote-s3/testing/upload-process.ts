/**
 * `upload-process.ts <endpoint> <prefix> <name> <file>` writes a file into the bucket until it is done or killed. The
 * keys come from the environment, as always.
 */
import { open } from 'node:fs/promises';

import type { BlobSource } from '../../../remote/index.js';
import { openS3Blobs } from '../index.js';
import { addressOf } from './s3-address.js';

export async function fileSource(path: string): Promise<BlobSource> {
  const file = await open(path);
  const { size } = await file.stat();
  return {
    size,
    async *read(start, end) {
      for (let at = start; at < end;) {
        const { buffer, bytesRead } = await file.read(
          Buffer.allocUnsafe(2 ** 20),
          0,
          Math.min(2 ** 20, end - at),
          at,
        );
        yield buffer.subarray(0, bytesRead);
        at += bytesRead;
      }
    },
  };
}

async function main([endpoint = '', prefix = '', name = '', path = '']: readonly string[]): Promise<void> {
  const blobs = await openS3Blobs(addressOf({ endpoint, region: 'us-east-1' }, prefix));
  await blobs.write(name, await fileSource(path));
}

if (process.argv[1] === __filename) void main(process.argv.slice(2));
