/**
 * A process that uses a store until it is killed or done: `store-process.ts <root> <folder> <seed> <rounds>` puts
 * files and trees from `folder`, restores them beside it and appends to the journal "kill"; `store-process.ts <root> append
 * <who> <count>` appends to "shared"; `store-process.ts <root> link <folder>` puts a tree by link. One line on standard output for each thing that the store has promised.
 */
import { writeSync } from 'node:fs';
import { join } from 'node:path';

import type { JsonObject } from '../../../kernel/index.js';
import { openFolderStore } from '../index.js';
import type { FolderStore } from '../index.js';
import { numbersFrom } from './numbers.js';

function say(what: string, ...more: readonly (string | number)[]): void {
  writeSync(1, `${[what, ...more].join(' ')}\n`);
}

async function append({ journals }: FolderStore, name: string, payload: JsonObject): Promise<number> {
  let length = 0;
  for (;;) {
    const result = await journals.append(name, length, payload);
    if (result.appended) return result.entry.sequence;
    length = result.length;
  }
}

async function work(store: FolderStore, folder: string, seed: number, rounds: number): Promise<void> {
  const random = numbersFrom(seed);
  say('ready');
  for (let round = 0; round < rounds; round += 1) {
    const file = await store.objects.putBytes(
      Buffer.alloc(Math.floor(random() * 2_500_000), `${String(seed)}-${String(round)}`),
    );
    say('object', file.digest);
    const tree = await store.objects.putTree(folder);
    say('object', tree.digest);
    say('entry', await append(store, 'kill', { seed, round, digest: file.digest }));
    await store.objects.materialise(tree, join(folder, '..', 'out'), {
      for: round % 2 === 0 ? 'edit' : 'read',
    });
  }
}

async function link({ objects }: FolderStore, folder: string): Promise<void> {
  say('ready');
  let copied = 0;
  const onCopied = (): void => {
    copied += 1;
  };
  const { digest } = await objects.putTree(folder, { by: 'link', onCopied });
  say('object', digest, copied);
}

async function main([root = '', what = '', third = '', fourth = '']: readonly string[]): Promise<void> {
  const store = await openFolderStore({ root });
  if (what === 'link') {
    await link(store, third);
    return;
  }
  if (what !== 'append') {
    await work(store, what, Number(third), Number(fourth));
    return;
  }
  say('ready');
  for (let index = 0; index < Number(fourth); index += 1)
    say('entry', await append(store, 'shared', { who: Number(third), index }));
}

void main(process.argv.slice(2));
