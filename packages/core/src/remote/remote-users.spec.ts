import { MemoryBlobs } from '../adapters/remote-memory/index.js';
import { remoteUsers, tellUser } from './remote-users.js';

describe('Who uses a remote', () => {
  it('is told once for each workspace, with the last time', async () => {
    const blobs = new MemoryBlobs();
    for (const at of [1, 2]) await tellUser(blobs, { host: 'one', path: '/ws', at });
    await tellUser(blobs, { host: 'two', path: '/ws', at: 3 });
    const users = await remoteUsers(blobs, () => undefined);
    expect(new Set(users)).toEqual(
      new Set([
        { host: 'one', path: '/ws', at: 2 },
        { host: 'two', path: '/ws', at: 3 },
      ]),
    );
  });

  it.each(['', '[]', '{"kind":"nx-ml-remote-user"}', '\0', 'x'.repeat(10_000)])(
    'is a problem where a record cannot be read: %j',
    async (text) => {
      const blobs = new MemoryBlobs();
      blobs.blobs.set('users/a.json', Buffer.from(text));
      const problems: unknown[] = [];
      expect(await remoteUsers(blobs, (problem) => problems.push(problem))).toEqual([]);
      expect(problems).toMatchObject([{ code: 'ERR_ML_DOCUMENT_INVALID' }]);
    },
  );
});
