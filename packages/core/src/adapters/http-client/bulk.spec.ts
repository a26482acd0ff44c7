import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { connect, createServer, Server } from 'node:net';
import type { AddressInfo, OnReadOpts, Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import * as tls from 'node:tls';

import fc from 'fast-check';

import { collect } from '../../remote/index.js';
import { BulkAnswer } from './bulk-body.js';
import { connectBulk } from './bulk-connect.js';
import { readHead } from './bulk-head.js';

const mb = 1024 * 1024;
const asked = { start: 5, end: 15 };
const good = [
  'HTTP/1.1 206 Partial Content',
  'Content-Length: 10',
  'Content-Range: bytes 5-14/99',
  'ETag: "a"',
];

describe('the head of an answer', () => {
  it('tells of a plain body its size and its version', () => {
    const body = { etag: '"a"', length: 10, size: 99 };
    expect(readHead(good.join('\r\n'), asked)).toEqual({ status: 206, body });
    const spaced = good.map((line) =>
      line.replace(': ', ':\t ').replace(/$/, line.startsWith('H') ? '' : ' '),
    );
    expect(readHead(spaced.join('\r\n'), asked)).toEqual({ status: 206, body });
  });

  it('may be of a range that ends early, where the blob does', () => {
    const lines = [good[0], 'content-length: 2', 'content-range: bytes 5-6/7'];
    expect(readHead(lines.join('\r\n'), asked)?.body).toEqual({ etag: undefined, length: 2, size: 7 });
  });

  it.each([
    ['the whole blob', ['HTTP/1.1 200 OK', 'Content-Length: 99'], 200],
    ['an error', ['HTTP/1.1 503 Slow Down', 'Content-Length: 10'], 503],
    ['chunks', [...good, 'Transfer-Encoding: chunked'], 206],
    ['another coding', [...good, 'Content-Encoding: gzip'], 206],
    ['no length', [good[0], good[2]], 206],
    ['another length', [good[0], 'Content-Length: 11', good[2]], 206],
    ['another start', [good[0], good[1], 'Content-Range: bytes 4-13/99'], 206],
    ['more than was asked for', [good[0], 'Content-Length: 11', 'Content-Range: bytes 5-15/99'], 206],
    ['a range beyond its end', [good[0], good[1], 'Content-Range: bytes 5-14/14'], 206],
  ])('says that %s is no plain body', (_, lines, status) => {
    expect(readHead(lines.join('\r\n'), asked)).toEqual({ status, body: undefined });
  });

  it.each([
    ['an older protocol', ['HTTP/1.0 206 OK', ...good.slice(1)]],
    ['another protocol', ['SSH-2.0-x']],
    ['a status of three letters', ['HTTP/1.1 2x6 OK', ...good.slice(1)]],
    ['an answer before the answer', ['HTTP/1.1 103 Early Hints']],
    ['a length that is said twice', [...good, 'content-length: 10']],
    ['a field that goes on in the next line', [...good, ' and on']],
    ['a field with a space in its name', [...good, 'Content-Length : 10']],
  ])('is left to Node’s reader with %s', (_, lines) => {
    expect(readHead(lines.join('\r\n'), asked)).toBeUndefined();
  });

  it('of any bytes gives nothing that was not asked for', () => {
    const piece = fc.oneof(
      fc.constantFrom(...good, '\r\n', ':', ' ', 'bytes 5-', '206', 'HTTP/1.1 '),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const body = readHead(pieces.join(''), asked)?.body;
        if (body !== undefined) expect(body.length).toBeLessThanOrEqual(10);
      }),
    );
  });
});

describe('an answer in bulk', () => {
  const open = new Set<Server | Socket>();
  afterEach(() => {
    for (const each of open)
      if (each instanceof Server) each.close();
      else each.destroy();
    open.clear();
  });

  /** A server that answers as told, and a connection to it. */
  const ask = async (answer: (socket: Socket) => void, length: number, idle = 5000): Promise<BulkAnswer> => {
    const server = createServer((socket) => {
      open.add(socket);
      socket
        .on('error', () => undefined)
        .once('data', () => {
          answer(socket);
        });
    });
    open.add(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const begin = (onread: OnReadOpts): Socket => {
      const socket = connect({ port, host: '127.0.0.1', onread });
      socket.write('?');
      return socket;
    };
    return new BulkAnswer(begin, { asked: { start: 0, end: length }, idle });
  };
  const head = (length: number): string =>
    `HTTP/1.1 206 OK\r\nContent-Length: ${String(length)}\r\nContent-Range: bytes 0-${String(length - 1)}/${String(length)}\r\n\r\n`;

  it('comes whole, however it is cut on its way', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 3 * mb }), { maxLength: 6 }), async (cuts) => {
        const bytes = randomBytes(5 * mb + 7);
        const whole = Buffer.concat([Buffer.from(head(bytes.length)), bytes]);
        const answer = await ask((socket) => {
          let at = 0;
          for (const cut of [...cuts, whole.length]) socket.write(whole.subarray(at, (at += cut)));
        }, bytes.length);
        expect((await answer.head)?.body?.length).toBe(bytes.length);
        expect((await collect(answer.bytes(), bytes.length))?.equals(bytes)).toBe(true);
      }),
      { numRuns: 20 },
    );
  });

  it('waits for a slow reader, and holds little meanwhile', async () => {
    const bytes = randomBytes(60 * mb);
    let accepted = 0;
    const answer = await ask((socket) => {
      socket.write(head(bytes.length));
      const send = (): void => {
        while (accepted < bytes.length)
          if (!socket.write(bytes.subarray(accepted, (accepted += mb)))) {
            socket.once('drain', send);
            return;
          }
      };
      send();
    }, bytes.length);
    await answer.head;
    await pause(300);
    expect(accepted).toBeLessThan(40 * mb);
    expect((await collect(answer.bytes(), bytes.length))?.equals(bytes)).toBe(true);
  });

  it.each([0, 1, 100, mb, 2 * mb + 5])(
    'gives the %d bytes that came before it broke, and then fails',
    async (count) => {
      const bytes = randomBytes(3 * mb);
      const answer = await ask((socket) => {
        socket.end(Buffer.concat([Buffer.from(head(bytes.length)), bytes.subarray(0, count)]));
      }, bytes.length);
      await answer.head;
      const came: Uint8Array[] = [];
      const reading = async (): Promise<void> => {
        for await (const part of answer.bytes()) came.push(part);
      };
      await expect(reading()).rejects.toThrow('the connection ended before its time');
      expect(Buffer.concat(came).equals(bytes.subarray(0, count))).toBe(true);
    },
  );

  it('fails where nothing moves any more, before the head and after it', async () => {
    const silent = await ask(() => undefined, 10, 500);
    await expect(silent.head).rejects.toThrow('nothing moved');
    const stalled = await ask((socket) => socket.write(`${head(10)}abc`), 10, 500);
    await stalled.head;
    await expect(collect(stalled.bytes(), 10)).rejects.toThrow('nothing moved');
  });

  it('takes no byte more than was promised', async () => {
    const answer = await ask((socket) => socket.write(`${head(3)}abcdef`), 3);
    await answer.head;
    expect(String(await collect(answer.bytes(), 10))).toBe('abc');
  });

  it.each([
    ['a head that does not end', 'HTTP/1.1 206 OK\r\n'.padEnd(70_000, 'x')],
    ['no HTTP', 'hello\r\n\r\n'],
  ])('leaves %s to others', async (_, text) => {
    const answer = await ask((socket) => socket.write(text), 10);
    expect(await answer.head).toBeUndefined();
  });

  it('fails where the connection breaks amidst the head', async () => {
    const answer = await ask((socket) => socket.end('HTTP/1.1 206'), 10);
    await expect(answer.head).rejects.toThrow('ended before its time');
  });
});

describe('a request in bulk', () => {
  const request = { method: 'GET', path: '/b/key%20one', payload: '' } as const;

  it('goes over TLS only to whom a certificate was given for', async () => {
    const pem = readFileSync(join(__dirname, 'testing/localhost.pem'));
    const bytes = randomBytes(3 * mb);
    let seen = '';
    const server = tls.createServer({ key: pem, cert: pem }, (socket) => {
      socket
        .on('error', () => undefined)
        .once('data', (text) => {
          seen = String(text);
          socket.write(
            `HTTP/1.1 206 OK\r\nContent-Length: ${String(bytes.length)}\r\nContent-Range: bytes 0-${String(bytes.length - 1)}/${String(bytes.length)}\r\n\r\n`,
          );
          socket.end(bytes);
        });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const origin = new URL(`https://127.0.0.1:${String((server.address() as AddressInfo).port)}`);
    const parts = { origin, request, headers: { host: origin.host, range: 'bytes=0-' } };
    const range = { asked: { start: 0, end: bytes.length }, idle: 5000 };
    const stranger = new BulkAnswer((onread) => connectBulk(parts, onread), range);
    await expect(stranger.head).rejects.toThrow('DEPTH_ZERO_SELF_SIGNED_CERT');
    expect(seen).toBe('');
    const known = new BulkAnswer((onread) => connectBulk({ ...parts, ca: pem }, onread), range);
    await known.head;
    expect((await collect(known.bytes(), bytes.length))?.equals(bytes)).toBe(true);
    expect(seen).toBe(
      `GET /b/key%20one HTTP/1.1\r\nhost: ${origin.host}\r\nrange: bytes=0-\r\nconnection: close\r\n\r\n`,
    );
    server.close();
  });

  it.each([
    ['a value', { 'x-amz-security-token': 'a\r\nx: y' }, request, 'Invalid character in header content'],
    ['a name', { 'a b': 'c' }, request, 'must be a valid HTTP token'],
    ['a path', {}, { ...request, path: '/a b' }, 'not percent-encoded'],
    ['two lines', {}, { ...request, path: '/a\r\n' }, 'not percent-encoded'],
  ])('with %s that would end a line is not sent', (_, headers, wrong, words) => {
    const parts = { origin: new URL('http://127.0.0.1:9'), request: wrong, headers: { ...headers } };
    expect(() => connectBulk(parts as never, { buffer: Buffer.alloc(1), callback: () => true })).toThrow(
      words,
    );
  });

  it('is ended by its signal', async () => {
    const server = createServer((socket) => socket.on('error', () => undefined));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const origin = new URL(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}`);
    const stop = new AbortController();
    const parts = { origin, request, headers: {}, signal: stop.signal };
    const answer = new BulkAnswer((onread) => connectBulk(parts, onread), { asked, idle: 5000 });
    setTimeout(() => {
      stop.abort();
    }, 20);
    await expect(answer.head).rejects.toThrow('ABORT_ERR');
    server.close();
  });
});
