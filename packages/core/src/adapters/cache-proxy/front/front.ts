import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { finished, pipeline } from 'node:stream/promises';

import type { TaskHash } from '../../../cache/index.js';
import { bytesOf } from '../files/bytes-of.js';
import type { FoundEntry } from '../reading/found-entry.js';
import { admit } from './admission.js';

/** What stands behind. Neither throws: whatever happens is told elsewhere. */
export interface Behind {
  read(hash: TaskHash, signal: AbortSignal): Promise<FoundEntry | undefined>;
  write(hash: TaskHash, body: IncomingMessage): Promise<void>;
}

export interface Front {
  readonly port: number;
  close(): Promise<void>;
}

/** Longer than Nx's client keeps a connection (90 s), so that none is ended under a request. Milliseconds. */
const keepAlive = 600_000;

/**
 * Nx's remote cache on loopback. It answers 200 or 404 to a question and 200 to an entry: anything else, and a connection that breaks, Nx
 * takes for a failed run or a failed task.
 *
 * @throws what the system says where the port cannot be had
 */
export async function openFront(behind: Behind, token: string, port: number): Promise<Front> {
  const server = createServer({ requestTimeout: 0, keepAliveTimeout: keepAlive }, (request, response) => {
    answer({ behind, token }, request, response).catch(() => response.destroy());
  });
  await listening(server, port);
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

function listening(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
}

interface Answering {
  readonly behind: Behind;
  readonly token: string;
}

async function answer(
  { behind, token }: Answering,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const asked = admit(request, token);
  switch (asked.kind) {
    case 'read':
      return read(behind, asked.hash, response);
    case 'write':
      await behind.write(asked.hash, request);
      await rest(request);
      end(response, 200);
      return;
    case 'stranger':
      await rest(request);
      // Of these two Nx takes the one as a miss and the other as "not stored": also one that has an old token goes on.
      end(response, request.method === 'PUT' ? 403 : 404);
  }
}

async function read(behind: Behind, hash: TaskHash, response: ServerResponse): Promise<void> {
  const left = new AbortController();
  response.once('close', () => {
    left.abort();
  });
  const entry = await behind.read(hash, left.signal);
  if (entry === undefined) {
    end(response, 404);
    return;
  }
  try {
    response.writeHead(200, {
      'content-type': 'application/octet-stream',
      'content-length': String(entry.size),
    });
    await pipeline(bytesOf(entry.handle, 0, entry.size), response);
  } finally {
    await entry.handle.close();
  }
}

/** Reads on to the end, for nobody. */
async function rest(request: IncomingMessage): Promise<void> {
  request.resume();
  if (!request.readableEnded) await finished(request).catch(() => undefined);
}

function end(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'content-length': '0' }).end();
}
