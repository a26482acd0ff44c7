import { spawn } from 'node:child_process';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { openS3Blobs } from './index.js';
import { openS3Client } from './open-client.js';
import { partsOf } from './parts.js';
import { bytesPayload } from './payload.js';
import { FaultProxy } from '../http-client/testing/fault-proxy.js';
import { addressOf } from './testing/s3-address.js';
import { describeWithS3, makeBucket, startS3Server } from './testing/s3-server.js';
import type { S3Server } from './testing/s3-server.js';
import { fileSource } from './testing/upload-process.js';
import { findUploads } from './uploads.js';

const hook = join(__dirname, '../../kernel/testing/typescript-hook.cjs');
const script = join(__dirname, 'testing/upload-process.ts');
const mb = 2 ** 20;
const size = 100 * mb;
const atOnce = 4 * 16 * mb;

describeWithS3('An upload in parts that is interrupted', () => {
  let server: S3Server;
  let proxy: FaultProxy;
  let endpoint: string;
  let folder: string;
  let file: string;
  let prefix: string;

  beforeAll(async () => {
    server = await startS3Server();
    await makeBucket(server);
    proxy = new FaultProxy(new URL(server.endpoint));
    endpoint = await proxy.start();
    folder = fs.mkdtempSync(join(tmpdir(), 'nx-ml-upload-'));
    file = join(folder, 'large');
    for (let at = 0; at < size; at += 10 * mb) fs.appendFileSync(file, randomBytes(10 * mb));
  });
  afterAll(async () => {
    await proxy.stop();
    await server.stop();
    fs.rmSync(folder, { recursive: true });
  });
  beforeEach(() => {
    prefix = `r/${randomUUID()}`;
    proxy.reset();
  });

  const hashOfFile = (): string => createHash('sha256').update(fs.readFileSync(file)).digest('hex');
  const hashOfBlob = async (): Promise<string> => {
    const hash = createHash('sha256');
    const blobs = await openS3Blobs(addressOf(server, prefix));
    for await (const part of (await blobs.read('large')) ?? []) hash.update(part);
    return hash.digest('hex');
  };
  const uploads = async (): ReturnType<typeof findUploads> =>
    findUploads(await openS3Client(addressOf(server, prefix)), 'large', undefined);
  /** Uploads in a process of its own, which is killed when so many bytes went out. */
  const uploadUntil = async (bytes: number): Promise<void> => {
    const child = spawn(process.execPath, ['-r', hook, script, endpoint, prefix, 'large', file], {
      env: process.env,
      stdio: 'inherit',
    });
    const ended = once(child, 'exit');
    const watch = setInterval(() => {
      if (proxy.received('PUT') >= bytes) child.kill('SIGKILL');
    }, 2);
    const end = await ended;
    clearInterval(watch);
    expect(end).toEqual([null, 'SIGKILL']);
  };

  it.each([40, 80])('by SIGKILL after %d MB goes on with the parts that are there', async (megabytes) => {
    await uploadUntil(megabytes * mb);
    const blobs = await openS3Blobs(addressOf({ ...server, endpoint }, prefix));
    expect(await blobs.size('large')).toBeUndefined();
    const [upload] = await uploads();
    const there = [...(upload?.parts.values() ?? [])].reduce((sum, part) => sum + part.size, 0);
    expect(there).toBeGreaterThanOrEqual(megabytes * mb - atOnce - 16 * mb);
    proxy.reset();
    let told = 0;
    await blobs.write('large', await fileSource(file), { onBytes: (count) => (told += count) });
    // What was there is not sent again; what was under way is.
    expect(proxy.received('PUT')).toBe(size - there);
    expect(told).toBe(size);
    expect(await hashOfBlob()).toBe(hashOfFile());
    expect(await uploads()).toEqual([]);
  });

  it('sends parts again that hold other bytes or have another size', async () => {
    const client = await openS3Client(addressOf(server, prefix));
    const begun = await client.send({ method: 'POST', name: 'large', query: { uploads: '' } });
    const uploadId = /<UploadId>(.*)<\/UploadId>/.exec(begun.text)?.[1] ?? '';
    const put = async (number: number, bytes: Buffer): Promise<void> => {
      const payload = bytesPayload(bytes);
      const query = { partNumber: String(number), uploadId };
      await client.send({ method: 'PUT', name: 'large', query, payload });
    };
    const bytes = fs.readFileSync(file);
    await put(1, bytes.subarray(0, 16 * mb));
    await put(2, randomBytes(16 * mb));
    await put(3, bytes.subarray(32 * mb, 40 * mb));
    const blobs = await openS3Blobs(addressOf({ ...server, endpoint }, prefix));
    await blobs.write('large', await fileSource(file));
    expect(proxy.received('PUT')).toBe(size - 16 * mb);
    expect(await hashOfBlob()).toBe(hashOfFile());
  });

  it('comes to its end when another process completes or abandons the same one meanwhile', async () => {
    const client = await openS3Client(addressOf(server, prefix));
    let done = Promise.resolve<unknown>(undefined);
    let isBegun = false;
    const last = `partNumber=${String(partsOf(size).length)}`;
    proxy.plan = ({ url }) => {
      const uploadId = new URL(url, endpoint).searchParams.get('uploadId');
      if (isBegun || uploadId === null || !url.includes(last)) return undefined;
      isBegun = true;
      done = client.send({ method: 'DELETE', name: 'large', query: { uploadId } });
      return undefined;
    };
    const blobs = await openS3Blobs(addressOf({ ...server, endpoint }, prefix));
    const both = [0, 1].map(async () => blobs.write('large', await fileSource(file)));
    await Promise.all(both);
    await done;
    expect(isBegun).toBe(true);
    expect(await hashOfBlob()).toBe(hashOfFile());
  });
});
