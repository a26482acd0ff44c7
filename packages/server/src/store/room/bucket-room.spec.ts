import { openS3Blobs } from '@nx-ml/core/adapters/remote-s3';
import { addressOf, describeWithS3, makeBucket, startS3Server } from '@nx-ml/core/adapters/remote-s3/testing';
import type { S3Server } from '@nx-ml/core/adapters/remote-s3/testing';
import { parseScope } from '@nx-ml/core/cache';
import { digestOf } from '@nx-ml/core/kernel';
import { objectBlob, Remote } from '@nx-ml/core/remote';

import { hour, openRoomRig, pushData, pushRun } from './testing/room-rig.js';

const pr7 = parseScope('pr-7');
const full = expect.objectContaining({ status: 507 }) as Error;
const none = { read: () => Promise.resolve(undefined), write: () => Promise.resolve() };

describeWithS3('Two servers over one bucket', () => {
  let server: S3Server;
  beforeAll(async () => {
    server = await startS3Server();
    await makeBucket(server);
  });
  afterAll(() => server.stop());

  it('take nothing from each other that is young, and of what is old nothing that is referred to, nor protected', async () => {
    const rig = openRoomRig(await openS3Blobs(addressOf(server, 'room')));
    try {
      const [one, other] = [rig.room(), rig.room({ scope: 3_000_000 })];
      const [pull, main] = ['pr-7', 'protected'].map((scope) => rig.blobs(scope, one));
      if (pull === undefined || main === undefined) throw new Error('two scopes');
      const run = await pushRun(pull, 'a');
      await pushData(pull, 'b');
      await pushData(main, 'c');
      const all = await rig.names();
      other.start();
      await other.stop();
      await expect(other.reserve(pr7, 1_500_000)).rejects.toEqual(full);
      expect(await rig.names()).toEqual(all);
      rig.now += 8 * hour;
      (await other.reserve(pr7, 1_500_000)).end(0);
      expect(
        await new Remote({ blobs: pull, indexes: none }).missing(run.map((digest) => ({ digest }))),
      ).toEqual([]);
      const large = objectBlob(digestOf(Buffer.alloc(1_100_000, 'b')));
      expect([
        await pull.size(large),
        await main.size(objectBlob(digestOf(Buffer.alloc(1_100_000, 'c')))),
      ]).toEqual([undefined, 1_100_000]);
      // Whoever finds it gone at the first server brings it once more.
      await pushData(pull, 'b');
      expect(await pull.size(large)).toBe(1_100_000);
    } finally {
      rig.close();
    }
  });
});
