import type { TarEntry } from '../../../cache-proxy/archive/testing/tar-of.js';
import { honestBody, nxEntry, sealOf } from './nx-entry.js';
import { whole, wire } from './scripted-upstream.js';
import type { Script } from './scripted-upstream.js';

export const send =
  (...parts: readonly (Buffer | string)[]): Script =>
  ({ socket }) => {
    for (const part of parts) socket.write(part);
  };

/** Sends it, and then breaks the connection off. */
export const sendAndReset =
  (bytes: Buffer | string): Script =>
  ({ socket }) => {
    socket.write(bytes, () => socket.resetAndDestroy());
  };

export const sendAndEnd =
  (bytes: Buffer | string): Script =>
  ({ socket }) => {
    socket.end(bytes);
  };

/** Goes on for as long as anybody listens. */
export const drip =
  (head: Buffer | string, part: Buffer | string, ms: number): Script =>
  ({ socket }) => {
    socket.write(head);
    const timer = setInterval(() => socket.write(part), ms);
    socket.on('close', () => {
      clearInterval(timer);
    });
  };

/** Signed by the server: what somebody stored there who may write. */
export const stored = (entries: readonly TarEntry[]): Script => signed(nxEntry(entries));
export const signed = (body: Buffer): Script =>
  send(whole('200 OK', body, { 'x-nx-ml-seal': sealOf({ body }) }));
export const sealed = (seal: string, body: Buffer = honestBody): Script =>
  send(whole('200 OK', body, { 'x-nx-ml-seal': seal }));

export const flipped = Buffer.from(honestBody);
flipped[100] = (flipped[100] ?? 0) ^ 1;
export const seal = sealOf();
export const entryHead = wire('200 OK', { 'content-length': honestBody.length, 'x-nx-ml-seal': seal });
export const half = honestBody.subarray(0, honestBody.length / 2);
export const chunk = (bytes: Buffer): Buffer =>
  Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]);
