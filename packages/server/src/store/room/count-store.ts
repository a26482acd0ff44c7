import type { Blobs } from '@nx-ml/core/remote';

/** Bytes of the store by scope, of everything that lies there; what belongs to all scopes as `shared`. */
export async function countStore(storage: Blobs): Promise<Map<string, number>> {
  const bytes = new Map<string, number>();
  for await (const { name, size } of storage.list('store/')) {
    const scope = name.split('/', 2)[1] ?? '';
    bytes.set(scope, (bytes.get(scope) ?? 0) + size);
  }
  return bytes;
}
