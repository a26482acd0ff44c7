import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import type { Socket } from 'node:net';

import { openServerRig } from '../testing/server-rig.js';
import type { ServerRig } from '../testing/server-rig.js';

let rig: ServerRig;
let port: number;
beforeEach(async () => {
  rig = await openServerRig();
  ({ port } = rig);
});
afterEach(() => rig.close());

/** A request whose first half has come when the server begins to stop. */
async function half(first: string): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write(first);
  return socket;
}

async function answerOf(socket: Socket): Promise<string> {
  let answer = '';
  socket.on('data', (bytes: Buffer) => (answer += bytes.toString()));
  await once(socket, 'close');
  return answer;
}

it('answers whoever has begun to ask, says that it is not ready, and takes nobody new', async () => {
  expect(await rig.put('pr-7', 'there', 'hello')).toBe(200);
  const head = 'HTTP/1.1\r\nhost: x\r\nauthorization: Bearer pr-7\r\n';
  const upload = await half(`PUT /v1/cache/late ${head}content-length: 6\r\n\r\nabc`);
  const hit = await half(`GET /v1/cache/there ${head}`);
  const miss = await half(`GET /v1/cache/none ${head}`);
  const ready = await half(`GET /health/ready ${head}`);
  // So that all of them were accepted.
  while ((await connectionsOf(rig)) < 4) await new Promise((resolve) => setTimeout(resolve, 5));
  const answers = [upload, hit, miss, ready].map(answerOf);
  const closed = rig.app.close();
  while (rig.app.server.listening) await new Promise((resolve) => setTimeout(resolve, 5));
  const refused = connect(port, '127.0.0.1');
  const [error] = (await once(refused, 'error')) as [NodeJS.ErrnoException];
  expect(error.code).toBe('ECONNREFUSED');
  for (const socket of [hit, miss, ready]) socket.write('\r\n');
  upload.write('def');
  const [stored, found, absent, unready] = await Promise.all(answers);
  expect(stored).toMatch(/^HTTP\/1\.1 200 /);
  expect(found).toMatch(/^HTTP\/1\.1 200 [^]*hello$/);
  expect(absent).toMatch(/^HTTP\/1\.1 404 /);
  expect(unready).toMatch(/^HTTP\/1\.1 503 /);
  for (const answer of [found, absent, unready]) expect(answer).toMatch(/\r\nconnection: close\r\n/i);
  await closed;
});

it('under load gives nobody half of an answer, nor one that ends a run of Nx', async () => {
  const body = Buffer.alloc(300_000, 'x');
  expect(await rig.put('protected', 'large', body)).toBe(200);
  const statuses = new Map<string, number>();
  const wrong: string[] = [];
  const note = (what: string): void => void statuses.set(what, (statuses.get(what) ?? 0) + 1);
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  const ask = (method: string, hash: string): Promise<number | undefined> =>
    new Promise((resolve) => {
      const headers = {
        authorization: 'Bearer protected',
        ...(method === 'PUT' ? { 'content-length': body.length } : {}),
      };
      const sent = request({
        port,
        host: '127.0.0.1',
        method,
        path: `/v1/cache/${hash}`,
        agent,
        headers,
      });
      sent.on('response', (answer) => {
        let size = 0;
        answer.on('data', (part: Buffer) => (size += part.length));
        answer.on('error', () => void wrong.push(`${method} broke off`));
        answer.on('close', () => {
          if (hash === 'large' && answer.statusCode === 200 && size !== body.length)
            wrong.push(`${String(size)} bytes`);
          note(`${method} ${String(answer.statusCode)}`);
          resolve(answer.statusCode);
        });
      });
      // Nothing of it was taken: a connection that is not there any more.
      sent.on('error', () => {
        resolve(undefined);
      });
      sent.end(method === 'PUT' ? body : undefined);
    });
  let isStopping = false;
  const clients = Array.from({ length: 8 }, async (_, client) => {
    for (let at = 0; ; at += 1) {
      const [method, hash] =
        at % 3 === 0 ? ['PUT', `c${String(client)}-${String(at)}`] : ['GET', at % 3 === 1 ? 'large' : 'none'];
      if ((await ask(method, hash)) === undefined && isStopping) return;
    }
  });
  while ((statuses.get('PUT 200') ?? 0) < 40) await new Promise((resolve) => setTimeout(resolve, 5));
  isStopping = true;
  await rig.app.close();
  await Promise.all(clients);
  agent.destroy();
  expect(wrong).toEqual([]);
  expect([...statuses.keys()].sort()).toEqual(['GET 200', 'GET 404', 'PUT 200']);
  const stored = statuses.get('PUT 200') ?? 0;
  await rig.restart();
  let found = 0;
  for (let client = 0; client < 8; client += 1)
    for (let at = 0; (await rig.get('protected', `c${String(client)}-${String(at)}`)).status === 200; at += 3)
      found += 1;
  expect(found).toBeGreaterThanOrEqual(stored);
});

function connectionsOf({ app }: ServerRig): Promise<number> {
  return new Promise((resolve, reject) => {
    app.server.getConnections((error, count) => {
      if (error === null) resolve(count);
      else reject(error);
    });
  });
}
