import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import { collect } from '@nx-ml/core/remote';
import type { Blobs } from '@nx-ml/core/remote';

export async function textOf(blobs: Blobs, name: string): Promise<string | undefined> {
  const stream = await blobs.read(name);
  return stream && String(await collect(stream, 1e6));
}

export async function namesOf(blobs: Blobs): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of blobs.list('')) names.push(name);
  return names;
}

/** Paths below a folder, without what is being written. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((item) => item.isFile())
    .map((item) => join(item.parentPath, item.name).slice(folder.length + 1))
    .filter((name) => !name.startsWith('tmp/'));
}
