import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { fromHex } from '../../../kernel/index.js';
import type { Digest } from '../../../kernel/index.js';
import { nodeFileCalls } from '../index.js';
import type { FileCalls } from '../index.js';

/** Just too large to be handled as a small file. */
export const large = Buffer.alloc(1024 * 1024 + 1, 'large');

/** A temporary folder with room for a store and for files around it. */
export class Scratch {
  readonly base = fs.mkdtempSync(join(tmpdir(), 'nx-ml-store-'));
  readonly root = join(this.base, 'store');

  /** Writes a file beside the store. @returns its path */
  write(path: string, content: string | Uint8Array): string {
    const full = join(this.base, path);
    fs.mkdirSync(join(full, '..'), { recursive: true });
    fs.writeFileSync(full, content);
    return full;
  }

  /** Writes a folder `data`: three small files, one of them deeper, and a large one. */
  writeData(): void {
    for (const name of ['a', 'b', 'deep/c']) this.write(`data/${name}`, name);
    this.write('data/large', large);
  }

  /** Removes the store and `out`, so that everything can happen once more. */
  startAgain(): void {
    for (const path of [this.root, this.at('out')]) fs.rmSync(path, { recursive: true, force: true });
  }

  at(path: string): string {
    return join(this.base, path);
  }

  /** Every object under a final name. */
  objects(): { digest: Digest; path: string }[] {
    const folder = join(this.root, 'objects', 'sha256');
    return fs.readdirSync(folder).flatMap((shard) =>
      fs.readdirSync(join(folder, shard)).map((rest) => ({
        digest: fromHex(shard + rest),
        path: join(folder, shard, rest),
      })),
    );
  }

  count(folder: 'tmp' | 'quarantine'): number {
    return fs.readdirSync(join(this.root, folder)).length;
  }

  remove(): void {
    fs.rmSync(this.base, { recursive: true, force: true });
  }
}

export function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: injected`), { code, errno: -1, syscall: 'injected' });
}

type Name = keyof FileCalls;

/** The real calls, with `before` run ahead of each; what it throws the call throws. */
export function watchedCalls(
  before: (name: Name, args: readonly unknown[]) => void,
  real: FileCalls = nodeFileCalls,
): FileCalls {
  const entries = Object.entries(real) as [Name, (...args: unknown[]) => unknown][];
  const watched = entries.map(([name, call]) => [
    name,
    (...args: unknown[]): unknown => {
      before(name, args);
      return call(...args);
    },
  ]);
  return Object.fromEntries(watched) as FileCalls;
}
