// node store-server.mjs FOLDER: the cache server and store over a folder, on loopback. Believes one token, `bench`, of the protected scope.
// Prints its port, and ends with its input.
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(import.meta.url);
const { buildServer, storeRoutes } = require('../../../packages/server/dist/index.js');
const { FolderBlobs } = require('../../../packages/core/dist/adapters/remote-folder/index.js');

const [folder] = process.argv.slice(2);
const [storage, uploads] = [join(folder, 'storage'), join(folder, 'uploads')];
mkdirSync(storage, { recursive: true });
const blobs = new FolderBlobs(storage);
const clock = { now: Date.now, monotonic: () => performance.now() };
const { privateKey } = generateKeyPairSync('ed25519');
const keys = { privateKey, publicKeys: [createPublicKey(privateKey)] };
const app = await buildServer({
  blobs,
  clock,
  keys: { current: async () => keys },
  authenticator: {
    authenticate: async (header) => {
      if (header !== 'Bearer bench') throw new Error('another token');
      return { scope: 'protected', mode: 'read-write', subject: 'bench' };
    },
  },
  plugins: [storeRoutes({ blobs, uploads, clock })],
});
await app.listen({ host: '127.0.0.1', port: 0 });
console.log(app.server.address().port);
process.stdin.resume().on('end', () => process.exit(0));
