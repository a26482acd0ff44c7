import { spawn } from 'node:child_process';
import { createCipheriv, randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const gigabyte = 1024 ** 3;
const block = 4 * 1024 * 1024;

export const scratchFolder = () => mkdtempSync(join(tmpdir(), 'nx-ml-bench-'));

/** Bytes that nothing can compress, fast. */
function noise() {
  const cipher = createCipheriv('aes-128-ctr', randomBytes(16), randomBytes(16));
  return (size) => cipher.update(Buffer.alloc(size));
}

export async function randomFile(path, size) {
  const next = noise();
  const file = await open(path, 'w');
  for (let left = size; left > 0; left -= block) await file.write(next(Math.min(block, left)));
  await file.close();
}

/**
 * Bytes as trained weights have them: 32-bit floats, normal around zero, with a deviation for each layer. Such bytes are neither
 * noise nor text: gzip leaves 92% of these, and 84% of the weights of a small model for speech that is published, so that whoever compresses
 * has work with them in both directions.
 */
export async function weightsFile(path, size) {
  const normal = normals(block);
  const layer = new Float32Array(normal.length);
  const file = await open(path, 'w');
  for (let left = size; left > 0; left -= layer.byteLength) {
    const deviation = 0.01 + 0.05 * Math.random();
    for (let index = 0; index < layer.length; index += 1) layer[index] = normal[index] * deviation;
    await file.write(Buffer.from(layer.buffer, 0, Math.min(left, layer.byteLength)));
  }
  await file.close();
}

/** By the transform of Box and Muller. */
function normals(count) {
  const values = new Float32Array(count);
  for (let index = 0; index < count; index += 2) {
    const radius = Math.sqrt(-2 * Math.log(1 - Math.random()));
    const angle = 2 * Math.PI * Math.random();
    values.set([radius * Math.cos(angle), radius * Math.sin(angle)], index);
  }
  return values;
}

/** A copy of a file with `bytes` inserted at `at`. */
export async function copyWithInsertion(from, to, { at, bytes }) {
  const [source, target] = [await open(from), await open(to, 'w')];
  let end = 0;
  for (;;) {
    const buffer = Buffer.alloc(end < at ? Math.min(block, at - end) : block);
    const { bytesRead } = await source.read(buffer, 0, buffer.length, end);
    if (bytesRead === 0) break;
    await target.write(buffer.subarray(0, bytesRead));
    end += bytesRead;
    if (end === at) await target.write(bytes);
  }
  await Promise.all([source.close(), target.close()]);
}

/** Runs a program to its end. @returns what it said; rejects when it fails, or is not there */
export function runQuietly(program, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    const said = [];
    child.stdout.on('data', (data) => said.push(data));
    child.stderr.on('data', (data) => said.push(data));
    child.on('error', reject);
    child.on('close', (code) => {
      const text = Buffer.concat(said).toString();
      if (code === 0) resolve(text);
      else reject(new Error(`${program} ${args.join(' ')} ended with ${String(code)}: ${text}`));
    });
  });
}
