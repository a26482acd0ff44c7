import { createHash } from 'node:crypto';

import type { DataSeen } from '../../data/index.js';
import type { Md5Sums } from '../../interop/foreign/index.js';
import type { ObjectRef, TreeEntry } from '../../store/index.js';
import type { Content } from './content-changes.js';
import type { DataSide, SumKind } from './data-side.js';
import type { SidesDeps } from './sides-deps.js';

interface SummedEntry extends TreeEntry {
  readonly sum: string;
}

/** What lies in the workspace. */
export class SeenSide implements DataSide {
  readonly ref: ObjectRef;
  readonly #seen: DataSeen;
  readonly #deps: Pick<SidesDeps, 'data' | 'dvc'>;

  constructor(
    readonly path: string,
    seen: DataSeen,
    deps: Pick<SidesDeps, 'data' | 'dvc'>,
  ) {
    this.ref = seen.ref;
    this.#seen = seen;
    this.#deps = deps;
  }

  async identity(by: SumKind): Promise<string | undefined> {
    const { kind, digest } = this.ref;
    if (by === 'sha256') return `${kind} ${digest}`;
    const entries = await this.#named(by);
    const [only] = entries;
    if (kind === 'file') return `file ${only?.sum ?? ''}`;
    const { folderObjectText } = await import('../../interop/dvc/index.js');
    const list = folderObjectText(entries.map(({ path, sum }) => ({ path, md5: sum })));
    return `tree ${createHash('md5').update(list).digest('hex')}`;
  }

  async content(by: SumKind): Promise<Content | undefined> {
    const entries =
      by === 'sha256'
        ? this.#seen.entries()
        : (await this.#named(by)).map(({ path, sum, size }) => ({ path, digest: `md5:${sum}`, size }));
    return {
      entries,
      read: ({ path }) =>
        Promise.resolve(
          this.#deps.data.readBytes(this.ref.kind === 'file' ? this.path : `${this.path}/${path}`),
        ),
    };
  }

  async #named(by: 'md5' | 'md5-dos2unix'): Promise<readonly SummedEntry[]> {
    const entries = this.#seen.entries();
    const sums = (await this.#deps.dvc()).sums.of(this.path, this.ref.kind, entries);
    const sumIn: keyof Md5Sums = by === 'md5' ? 'md5' : 'legacy';
    return entries.map((entry) => ({ ...entry, sum: sums.get(entry.digest)?.[sumIn] ?? '' }));
  }
}
