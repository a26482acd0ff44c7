import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { openRemote } from './open-remote.js';

let store: string;
let server: Server;
let asked: string[];
let origin: string;

beforeEach(async () => {
  store = mkdtempSync(join(tmpdir(), 'nx-ml-credentials-'));
  asked = [];
  server = createServer((request, response) => {
    const { method = '', url = '', headers } = request;
    asked.push(`${method} ${url.split('?')[0] ?? ''} ${headers.authorization ?? ''}`);
    response.setHeader('x-nx-ml-store', '1');
    if (url.startsWith('/issuer')) response.end('{"value":"id"}');
    else if (url === '/below/v1/token') response.end('{"token":"nxmls_1","scope":"pr-7"}');
    else response.end('{"blobs":[]}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(store, { recursive: true });
});

async function list(variables: Readonly<Record<string, string>>): Promise<void> {
  const remote = await openRemote(`${origin}/below`, store, variables);
  for await (const blob of remote.blobs.list('journals/')) throw new Error(blob.name);
}

it('is one job with one session, wherever a command opens its remote', async () => {
  const variables = {
    ACTIONS_ID_TOKEN_REQUEST_URL: `${origin}/issuer?api-version=2`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'request',
  };
  await list(variables);
  await list(variables);
  expect(asked).toEqual([
    'GET /issuer Bearer request',
    'POST /below/v1/token Bearer id',
    'GET /below/v1/store/list Bearer nxmls_1',
    'GET /below/v1/store/list Bearer nxmls_1',
  ]);
});

it('asks with NX_ML_TOKEN where that is set, and nobody where nothing says who this is', async () => {
  await list({ NX_ML_TOKEN: 'minted', NX_ML_ID_TOKEN: 'id' });
  expect(asked).toEqual(['GET /below/v1/store/list Bearer minted']);
  await expect(list({})).rejects.toMatchObject({
    code: 'ERR_ML_REMOTE_REFUSED',
    message: expect.stringContaining('needs to know who this is') as string,
  });
  await expect(list({ NX_ML_TOKEN: 'a\r\nb: c' })).rejects.toMatchObject({
    code: 'ERR_ML_REMOTE_REFUSED',
    message: expect.not.stringContaining('b: c') as string,
  });
});
