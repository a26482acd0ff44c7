// node chunk-insert-child.mjs FOLDER: pushes FOLDER/before and then FOLDER/after to a shared folder, and pulls the second
// to a store that has the first and to one that has nothing. Prints what came and went, as JSON.
import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(import.meta.url);
const core = (name) => require(`../../packages/core/dist/${name}/index.js`);
const { openFolderStore, openLargeFiles } = core('adapters/store-fs');
const { openChunker } = core('adapters/chunker-workers');
const { FolderBlobs } = core('adapters/remote-folder');
const { ChunkedObjects } = core('chunks');

const [folder] = process.argv.slice(2);
const chunker = openChunker();

/** Counts the bytes that cross the line, both ways. */
class CountedBlobs extends FolderBlobs {
  sent = 0;
  brought = 0;

  write(name, source, options = {}) {
    this.sent += source.size;
    return super.write(name, source, options);
  }

  async read(name, range, options = {}) {
    const stream = await super.read(name, range, options);
    return stream === undefined ? undefined : this.#counted(stream);
  }

  async *#counted(stream) {
    for await (const part of stream) {
      this.brought += part.length;
      yield part;
    }
  }
}

async function machine(name) {
  const root = join(folder, name);
  const { objects } = await openFolderStore({ root });
  const blobs = new CountedBlobs(join(folder, 'remote'));
  const large = new ChunkedObjects({ blobs, chunker, files: openLargeFiles(root) });
  return { objects, blobs, large };
}

async function push(file, { objects, blobs, large }) {
  const ref = await objects.putFile(join(folder, file));
  const started = performance.now();
  const sentBefore = blobs.sent;
  await large.write(ref.digest, { size: ref.size, open: () => objects.source(ref.digest) });
  return { digest: ref.digest, bytes: blobs.sent - sentBefore, ms: performance.now() - started };
}

async function pull(digest, { objects, blobs, large }) {
  const started = performance.now();
  const { size, place, read } = await large.open(digest);
  await objects.receive({ digest, size, place, read: (start) => read(start) });
  return { bytes: blobs.brought, ms: performance.now() - started };
}

const first = await push('before', await machine('one'));
const second = await push('after', await machine('one'));
const similar = await machine('two');
await similar.objects.putFile(join(folder, 'before'));
const pulled = await pull(second.digest, similar);
const pulledAll = await pull(second.digest, await machine('three'));
const peakMB = Math.round(process.resourceUsage().maxRSS / 1024);
process.stdout.write(JSON.stringify({ first, second, pulled, pulledAll, peakMB }));
