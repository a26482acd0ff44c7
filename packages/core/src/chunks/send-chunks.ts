import { digestOf, MlError } from '../kernel/index.js';
import { bytesSource, refuseCancelled } from '../remote/index.js';
import type { Blobs, BlobSource, TransferOptions } from '../remote/index.js';
import { partSize } from './new-blobs.js';
import type { BlobPart, NewChunk } from './new-blobs.js';
import { chunksName, decodeRecipe, encodeRecipe, recipeName } from './recipe.js';
import type { SendPlan } from './send-plan.js';

/**
 * Writes what a plan says: its blobs, then the recipe. Interrupted, it leaves blobs that the next try finds again by
 * their names. Holds one blob in memory, about 32 MB.
 *
 * @param file the bytes of the file that was cut
 * @throws MlError ERR_ML_SOURCE_CHANGED when the file gives other bytes than before, and as Blobs
 * @returns bytes that were sent
 */
export async function sendChunks(
  blobs: Blobs,
  plan: SendPlan,
  { file, ...options }: TransferOptions & { readonly file: BlobSource },
): Promise<number> {
  const names: string[] = [];
  for (const parts of plan.blobs) names.push(await writeBlob(blobs, await gather(parts, file), options));
  const recipe = plan.recipe(names);
  const bytes = encodeRecipe(recipe);
  decodeRecipe(bytes, recipe.digest); // What a reader would refuse must not be taken for an object.
  await blobs.write(recipeName(recipe.digest), bytesSource(bytes), options);
  return plan.newBytes + bytes.length;
}

async function writeBlob(blobs: Blobs, bytes: Buffer, options: TransferOptions): Promise<string> {
  refuseCancelled(options.signal);
  const name = chunksName(digestOf(bytes));
  if ((await blobs.size(name)) === bytes.length) options.onBytes?.(bytes.length);
  else await blobs.write(name, bytesSource(bytes), options);
  return name;
}

async function gather(parts: readonly BlobPart[], file: BlobSource): Promise<Buffer> {
  const size = parts.reduce((sum, part) => sum + partSize(part), 0);
  const blob = Buffer.allocUnsafe(size);
  let at = 0;
  for (const part of parts) {
    const place = blob.subarray(at, at + partSize(part));
    if ('bytes' in part) place.set(part.bytes);
    else await readChunk(part, file, place);
    at += place.length;
  }
  return blob;
}

/** What was cut may have been damaged since: wrong bytes must not be sent as the right ones. */
async function readChunk({ start, size, digest }: NewChunk, file: BlobSource, place: Buffer): Promise<void> {
  let filled = 0;
  for await (const part of file.read(start, start + size)) {
    place.set(part.subarray(0, size - filled), filled);
    filled += part.length;
  }
  if (filled === size && digestOf(place) === digest) return;
  throw new MlError('ERR_ML_SOURCE_CHANGED', {
    message: `Of a file that was being sent, the ${String(size)} bytes at ${String(start)} are not those that were read before`,
    fix: 'Check the store with nx-ml store verify, then try again.',
  });
}
