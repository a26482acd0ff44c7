import { mkdirSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { randomFillSync } from 'node:crypto';
import { join } from 'node:path';

import { ms } from './measure.mjs';
import { S3Bench } from './peers/s3.mjs';

/*
 * 20,000 files of 4 kB, pushed from a store and pulled into an empty one, beside the same client sending and fetching
 * each of them with a request of its own, 16 at once: what a remote without packs would do. The push and the pull also
 * verify every file, and the pull stores all of them durably; the peer writes each to a folder and leaves it at that. The
 * slower direction counts.
 */
export const title = '20,000 small files pushed to and pulled from a radosgw, beside one request a file';
export const target = 0.1;

const count = 20_000;
const atOnce = 16;

export async function measure(say) {
  const bench = await S3Bench.open();
  try {
    const { folder, contents } = fill(join(bench.folder, 'files'));
    const sender = await bench.store('packed');
    const ref = await sender.store.putTree(folder);
    const receiver = await bench.store('packed');
    const blobs = await bench.blobs('one-by-one');
    await blobs.write('warm', sourceOf(contents[0]));
    const out = join(bench.folder, 'out');
    mkdirSync(out);
    const push = await timed(() => bench.push(ref, sender));
    const put = await timed(() => each((index) => blobs.write(`f/${index}`, sourceOf(contents[index]))));
    const pull = await timed(() => bench.pull({ ref }, receiver));
    const get = await timed(() => each((index) => fetched(blobs, `f/${index}`, join(out, String(index)))));
    for (const [name, time] of Object.entries({ push, 'a PUT a file': put, pull, 'a GET a file': get }))
      say(`${name.padEnd(34)}${ms(time)}`);
    say(`push ${(push / put).toFixed(3)} x the time of a request a file, pull ${(pull / get).toFixed(3)} x`);
    return Math.max(push / put, pull / get);
  } finally {
    await bench.remove();
  }
}

function fill(folder) {
  const contents = Array.from({ length: count }, () => randomFillSync(Buffer.alloc(4096)));
  for (const [index, bytes] of contents.entries()) {
    const below = join(folder, String(index % 100));
    if (index < 100) mkdirSync(below, { recursive: true });
    writeFileSync(join(below, `${index}.bin`), bytes);
  }
  return { folder, contents };
}

function sourceOf(bytes) {
  return {
    size: bytes.length,
    async *read(start, end) {
      yield bytes.subarray(start, end);
    },
  };
}

async function each(run) {
  let next = 0;
  const worker = async () => {
    while (next < count) await run(next++);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

async function fetched(blobs, name, path) {
  const parts = [];
  for await (const part of await blobs.read(name)) parts.push(part);
  const bytes = Buffer.concat(parts);
  if (bytes.length !== 4096) throw new Error(`${name} has ${bytes.length} bytes`);
  await writeFile(path, bytes);
}

async function timed(run) {
  const started = performance.now();
  await run();
  return performance.now() - started;
}
