import type { FileHandle } from 'node:fs/promises';

const block = 256 * 1024;

/** The bytes of an open file from one place to before another; it stays open. Node's own stream of a handle would close it. */
export async function* bytesOf(handle: FileHandle, start: number, end: number): AsyncGenerator<Buffer> {
  for (let at = start; at < end;) {
    const size = Math.min(block, end - at);
    const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(size), 0, size, at);
    if (bytesRead === 0) throw new Error(`A file ended at ${String(at)} of ${String(end)} bytes`);
    at += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}
