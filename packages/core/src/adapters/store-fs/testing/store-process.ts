/**
 * A process that uses a store until it is killed or done: `store-process.ts <root> <folder> <seed> <rounds>` puts
 * files and trees from `folder`, restores them beside it and appends to the journal "kill"; `store-process.ts <root> append
 * <who> <count>` appends to "shared"; `store-process.ts <root> share <who> <rounds>` puts, receives and restores what all others do,
 * and something of its own, beside the store; `store-process.ts <root> link <folder>` puts a tree by link; `store-process.ts <root>
 * unlock <folder>` unlocks it. One line on standard output for each thing that the store has promised.
 */
import { mkdirSync, writeFileSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { digestOf } from '../../../kernel/index.js';
import type { JsonObject } from '../../../kernel/index.js';
import { openFolderStore, unlockFiles } from '../index.js';
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

/** In pieces, with room between them for the others. */
async function* slowly(bytes: Buffer): AsyncIterable<Buffer> {
  for (let at = 0; at < bytes.length; at += 300_000) {
    await new Promise(setImmediate);
    yield bytes.subarray(at, at + 300_000);
  }
}

async function receive({ objects }: FolderStore, bytes: Buffer): Promise<void> {
  const digest = digestOf(bytes);
  const read = (start: number): Promise<AsyncIterable<Buffer>> =>
    Promise.resolve(slowly(bytes.subarray(start)));
  await objects.receive({ digest, size: bytes.length, place: 'the moon', read });
  say('object', digest);
}

/** Nobody else's: a small file among many, some of which all have. */
function writeOwn(folder: string, who: number): string {
  mkdirSync(folder, { recursive: true });
  for (let index = 0; index < 40; index += 1)
    writeFileSync(
      join(folder, String(index)),
      index % 2 === 0 ? String(index) : `${String(who)} ${String(index)}`,
    );
  return folder;
}

async function share(store: FolderStore, base: string, who: number, rounds: number): Promise<void> {
  const own = writeOwn(join(base, `own-${String(who)}`), who);
  say('ready');
  for (let round = 0; round < rounds; round += 1) {
    const use = (who + round) % 2 === 0 ? 'edit' : 'read';
    await receive(store, Buffer.alloc(1_500_000, `all ${String(round)}`));
    await receive(store, Buffer.alloc(1_200_000, `${String(who)} ${String(round)}`));
    say('object', (await store.objects.putBytes(Buffer.alloc(1_300_000, `put ${String(round)}`))).digest);
    for (const [folder, target] of [
      [join(base, 'data'), 'out/all'],
      [own, `out/${String(who)}`],
    ] as const) {
      const tree = await store.objects.putTree(folder);
      say('object', tree.digest);
      await store.objects.materialise(tree, join(base, target), { for: use });
    }
    say('entry', await append(store, 'all', { who, round }));
  }
}

async function main([root = '', what = '', third = '', fourth = '']: readonly string[]): Promise<void> {
  const store = await openFolderStore({ root });
  if (what === 'link') {
    await link(store, third);
    return;
  }
  if (what === 'unlock') {
    say('ready');
    await unlockFiles(third, { now: Date.now() });
    return;
  }
  if (what === 'share') {
    await share(store, dirname(root), Number(third), Number(fourth));
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
