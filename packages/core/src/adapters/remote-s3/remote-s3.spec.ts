import { randomUUID } from 'node:crypto';

import { describeBlobs } from '../../remote/blobs.contract.js';
import { describeServedBlobs } from '../../remote/served-blobs.contract.js';
import type { ServedBlobsRig } from '../../remote/served-blobs.contract.js';
import { openS3Blobs } from './index.js';
import { addressOf } from './testing/s3-address.js';
import { describeWithS3, makeBucket, startS3Server } from './testing/s3-server.js';
import type { S3Server } from './testing/s3-server.js';

describeWithS3('A bucket of a real server', () => {
  let server: S3Server;
  beforeAll(async () => {
    server = await startS3Server();
    await makeBucket(server);
  });
  afterAll(() => server.stop());

  const open = async (): Promise<ServedBlobsRig> => {
    const address = addressOf(server, `a/${randomUUID()}`);
    const [blobs, again] = [await openS3Blobs(address), await openS3Blobs(address)];
    return { blobs, again, close: () => undefined };
  };

  describeBlobs('S3Blobs', open);
  describeServedBlobs('S3Blobs', open);
});
