import { dirname, sep } from 'node:path';

import type { Digest } from '../../kernel/index.js';
import { errnoOf } from './failures.js';
import { SmallReplacements } from './give-way.js';
import type { ObjectFiles } from './object-files.js';
import type { Measured } from './pump.js';
import { Links } from './links.js';
import type { LinkOutcome } from './links.js';
import { SmallFiles } from './small-files.js';
import type { SmallFile } from './small-files.js';
import { SmallPlaces } from './small-places.js';
import type { PlaceManner } from './small-places.js';
import { checkUnchanged, markAt, markLength } from './source.js';
import type { StoreFolder } from './store-folder.js';

/** Columns rather than rows: what goes from one thread to another is copied, and is kept for every file of a tree. */
export interface StageJob {
  /** Folder of the source. */
  readonly base: string;
  readonly paths: readonly string[];
  /** Which of all files the first of these is. */
  readonly first: number;
}

export interface Measurements {
  /** Null for a file that is too large for a hand. */
  readonly digests: readonly (Digest | null)[];
  readonly sizes: readonly number[];
  /** `markLength` numbers a file. */
  readonly marks: BigUint64Array;
}

export interface Staged extends Measurements {
  /** Where the bytes of a new object are: the number of a file in the hand's folder, or a path; null for an object that was there. */
  readonly temporaries: readonly (number | string | null)[];
}

export interface LookJob extends StageJob {
  readonly marks: BigUint64Array;
}

export interface LinkJob extends LookJob {
  readonly digests: readonly Digest[];
}

export interface NameJob {
  /** Paths. */
  readonly temporaries: readonly string[];
  readonly digests: readonly Digest[];
}

export interface PlaceJob {
  readonly paths: readonly string[];
  readonly digests: readonly Digest[];
  readonly sizes: readonly number[];
  readonly manner: PlaceManner;
}

/** An object that is not what it should be. */
export interface Misfit {
  readonly expected: Measured;
  readonly path: string;
}

/**
 * One of the threads that move many small files into and out of a store. Its jobs are synchronous and short; Hands gives them out.
 */
export class Hand {
  private ownFiles: SmallFiles | undefined;
  private ownPlaces: SmallPlaces | undefined;
  private ownReplacements: SmallReplacements | undefined;
  private readonly staged = new Set<Digest>();
  private issued = 0;

  /** @param temporaries folder of this hand's own; undefined for few files, which lie in tmp/ itself */
  constructor(
    private readonly folder: StoreFolder,
    private readonly objects: ObjectFiles,
    private readonly temporaries: string | undefined,
  ) {}

  private get files(): SmallFiles {
    return (this.ownFiles ??= new SmallFiles(this.folder, this.objects));
  }

  private get places(): SmallPlaces {
    return (this.ownPlaces ??= new SmallPlaces(this.folder, this.objects));
  }

  private get replacements(): SmallReplacements {
    const { folder, objects } = this;
    return (this.ownReplacements ??= new SmallReplacements({ folder, objects }));
  }

  /** Removes what it has made when it fails. */
  stage(job: StageJob): Staged {
    const temporaries: (number | string | null)[] = [];
    try {
      return { temporaries, ...this.stageInto(temporaries, job) };
    } catch (error) {
      for (const each of temporaries)
        if (each !== null) this.folder.disk.discard(temporaryPath(this.temporaries ?? '', each));
      throw error;
    }
  }

  private stageInto(temporaries: (number | string | null)[], job: StageJob): Measurements {
    return measurements(job, (path, index) => {
      temporaries.push(null);
      const place = (digest: Digest): string | undefined => {
        const temporary = this.temporaryFor(digest);
        if (temporary === undefined) return undefined;
        temporaries[index] = temporary;
        return temporaryPath(this.temporaries ?? '', temporary);
      };
      return this.files.stage(path, place);
    });
  }

  /** Reads and hashes, and stores nothing. */
  measure(job: StageJob): Measurements {
    return measurements(job, (path) => this.files.measure(path));
  }

  /** Makes files links to their objects. @returns what became of each */
  link({ base, paths, marks, digests }: LinkJob): readonly LinkOutcome[] {
    const links = new Links(this.folder, this.objects);
    return digests.map((digest, index) => {
      const [path, mark] = [`${base}${sep}${paths[index] ?? ''}`, markAt(marks, index)];
      const outcome = links.link(path, digest, mark);
      return outcome === 'taken' ? this.replacements.replace(path, digest, mark) : outcome;
    });
  }

  /** @throws MlError ERR_ML_SOURCE_CHANGED */
  look({ base, paths, marks }: LookJob): void {
    const { workspace } = this.folder;
    for (const [index, path] of paths.entries())
      checkUnchanged(workspace, `${base}${sep}${path}`, markAt(marks, index));
  }

  name({ temporaries, digests }: NameJob): void {
    for (const [index, digest] of digests.entries())
      publish(this.folder, temporaries[index] ?? '', this.folder.object(digest));
  }

  /** Ends at the first object that is not what it should be. */
  place({ paths, digests, sizes, manner }: PlaceJob): Misfit | undefined {
    for (const [index, digest] of digests.entries()) {
      const expected = { digest, size: sizes[index] ?? 0 };
      const path = paths[index] ?? '';
      if (!this.places.place(expected, path, manner)) return { expected, path };
    }
    return undefined;
  }

  /** Undefined for bytes that this hand has staged before. */
  private temporaryFor(digest: Digest): number | string | undefined {
    if (this.staged.has(digest)) return undefined;
    this.staged.add(digest);
    this.issued += 1;
    return this.temporaries === undefined ? this.folder.newTemporary() : this.issued;
  }
}

function measurements(
  { base, paths }: StageJob,
  measure: (path: string, index: number) => SmallFile | undefined,
): Measurements {
  const digests: (Digest | null)[] = [];
  const sizes: number[] = [];
  const marks = new BigUint64Array(paths.length * markLength);
  for (const [index, path] of paths.entries()) {
    const found = measure(`${base}${sep}${path}`, index);
    digests.push(found?.digest ?? null);
    sizes.push(found?.size ?? 0);
    marks.set(found?.mark ?? [], index * markLength);
  }
  return { digests, sizes, marks };
}

export function temporaryPath(folder: string, temporary: number | string): string {
  return typeof temporary === 'number' ? `${folder}${sep}${String(temporary)}` : temporary;
}

/** Step 6 of "Writing an object" in docs/design/store.md. */
function publish({ disk }: StoreFolder, temporary: string, path: string): void {
  try {
    disk.rename(temporary, path);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
    disk.makeFolder(dirname(path));
    disk.rename(temporary, path);
  }
}
