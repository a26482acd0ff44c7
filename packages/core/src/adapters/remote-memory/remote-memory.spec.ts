import { describeBlobs } from '../../remote/blobs.contract.js';
import { MemoryBlobs } from './index.js';

describeBlobs('MemoryBlobs', () => {
  const blobs = new MemoryBlobs();
  return Promise.resolve({ blobs, again: blobs, close: () => undefined });
});
