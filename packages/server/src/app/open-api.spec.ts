import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { FolderBlobs } from '@nx-ml/core/adapters/remote-folder';

import { tokenRoutes } from '../access/token-routes.js';
import { storeRoutes } from '../store/index.js';
import { fakeAuthenticator } from '../testing/fake-authenticator.js';
import { openServerRig } from '../testing/server-rig.js';
import { openApi } from './open-api.js';

interface Operation {
  readonly security?: readonly unknown[];
  readonly responses: Readonly<Record<string, unknown>>;
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

async function uncounted<T>(_: string, authenticate: () => T | Promise<T>): Promise<T> {
  return authenticate();
}

const document = JSON.parse(openApi()) as Document;
const methods = ['get', 'put', 'post', 'delete', 'head', 'patch'];

it('tells the routes that there are, no more and no fewer, and who may use them', async () => {
  const authenticator = { ...fakeAuthenticator, counting: uncounted };
  const uploads = mkdtempSync(join(tmpdir(), 'nx-ml-uploads-'));
  const store = storeRoutes({ blobs: new FolderBlobs(uploads), uploads, clock: Date });
  const rig = await openServerRig({ plugins: [tokenRoutes({ authenticator, exchange: undefined }), store] });
  try {
    const documented = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.entries(item)
        .filter(([method]) => methods.includes(method))
        .map(
          ([method, { security }]) => `${method} ${path} ${(security?.length ?? 0) > 0 ? 'token' : 'public'}`,
        ),
    );
    expect(rig.routes.map((route) => route.replace('*', '{name}')).sort()).toEqual(documented.sort());
  } finally {
    await rig.close();
    rmSync(uploads, { recursive: true });
  }
});

it('is what the server tells', async () => {
  const rig = await openServerRig();
  try {
    expect(JSON.parse(String((await rig.ask('GET', '/openapi.json')).body))).toEqual(document);
  } finally {
    await rig.close();
  }
});

/** What Nx publishes of its contract (OpenAPI 3.0.0, "Nx custom remote cache specification", 1.0.0): path, method, and what it may answer. */
it.each([
  ['put', ['200', '401', '403', '409']],
  ['get', ['200', '404']],
] as const)('has for %s all answers that Nx knows', (method, statuses) => {
  const operation = document.paths['/v1/cache/{hash}']?.[method];
  expect(Object.keys(operation?.responses ?? {})).toEqual(expect.arrayContaining([...statuses]));
});
