import type { StoreFolder } from './store-folder.js';

/** From so many files on, one sync of the whole file system is cheaper than one a file. */
const batchSize = 8;

/** Makes files or folders on the store's file system durable: all at once where that can be, else by `one`. */
export async function makeDurable(
  { disk, root }: StoreFolder,
  paths: readonly string[],
  one: (path: string) => Promise<void>,
): Promise<void> {
  if (paths.length >= batchSize && (await disk.calls.syncFileSystem(root))) return;
  const waiting = [...paths];
  const worker = async (): Promise<void> => {
    for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) await one(path);
  };
  await Promise.all(Array.from({ length: Math.min(batchSize, paths.length) }, worker));
}
