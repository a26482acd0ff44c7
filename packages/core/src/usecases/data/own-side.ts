import { basename } from 'node:path';

import type { Digest } from '../../kernel/index.js';
import type { ObjectRef, ObjectStore } from '../../store/index.js';
import type { Content } from './content-changes.js';
import type { PointedSide, SumKind } from './data-side.js';
import { storedContent, storedTree } from './stored-content.js';

/** What a pointer of ours names. */
export class OwnSide implements PointedSide {
  constructor(
    readonly path: string,
    readonly ref: ObjectRef,
    private readonly objects: ObjectStore,
  ) {}

  identity(by: SumKind): Promise<string | undefined> {
    return Promise.resolve(by === 'sha256' ? `${this.ref.kind} ${this.ref.digest}` : undefined);
  }

  async content(by: SumKind): Promise<Content | undefined> {
    return by === 'sha256' ? storedContent(this.ref, basename(this.path), this.objects) : undefined;
  }

  async isListed(): Promise<boolean> {
    return (await this.objects.missing([this.ref.digest])).length === 0;
  }

  async missing(among?: ReadonlySet<string>): Promise<number> {
    const { kind, digest, files } = this.ref;
    if (!(await this.isListed())) return among?.size ?? files;
    if (kind === 'file') return 0;
    const entries = await storedTree(digest, this.objects);
    if (entries === undefined) return among?.size ?? files;
    const meant = among === undefined ? entries : entries.filter(({ path }) => among.has(path));
    const gone = new Set<Digest>(await this.objects.missing(meant.map((entry) => entry.digest)));
    return meant.filter((entry) => gone.has(entry.digest)).length;
  }
}
