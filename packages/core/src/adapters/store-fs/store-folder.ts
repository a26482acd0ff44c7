import { randomBytes } from 'node:crypto';
import { dirname, join, sep } from 'node:path';

import { hexOf } from '../../kernel/index.js';
import type { Digest } from '../../kernel/index.js';
import { Disk } from './disk.js';
import { DurableNames } from './durable-names.js';
import { storeFailure, workspaceFailure } from './failures.js';
import type { FileCalls } from './file-calls.js';
import { thisWriter } from './writers.js';

/** Where everything lies in one store, and the two sides of its work. docs/design/store.md shows the layout. */
export class StoreFolder {
  /** Inside the store. */
  readonly disk: Disk;
  /** Outside: sources and targets. */
  readonly workspace: Disk;
  readonly objects: string;
  readonly objectNames: DurableNames;
  readonly journalNames: DurableNames;

  constructor(
    readonly root: string,
    calls: FileCalls,
  ) {
    this.disk = new Disk(calls, storeFailure(root));
    this.objects = join(root, 'objects', 'sha256');
    this.workspace = new Disk(calls, workspaceFailure);
    this.objectNames = new DurableNames(this.objects);
    this.journalNames = new DurableNames(this.journals);
  }

  get format(): string {
    return join(this.root, 'format.json');
  }

  get journals(): string {
    return join(this.root, 'journals');
  }

  get quarantine(): string {
    return join(this.root, 'quarantine');
  }

  get temporary(): string {
    return join(this.root, 'tmp');
  }

  /** What garbage collection remembers, and `trash`, what it is deleting. */
  get collection(): string {
    return join(this.root, 'gc');
  }

  get trash(): string {
    return join(this.collection, 'trash');
  }

  /** Who uses this store. */
  get workspaces(): string {
    return join(this.root, 'workspaces');
  }

  /** Asked several times for each of many files: joining by hand is ten times as fast. */
  object(digest: Digest): string {
    const hex = hexOf(digest);
    return `${this.objects}${sep}${hex.slice(0, 2)}${sep}${hex.slice(2)}`;
  }

  /** `^x` stands for `X`: on some file systems `X` and `x` are one name. */
  journal(segments: readonly string[]): string {
    const folded = segments.map((part) => part.replace(/[A-Z]/g, (letter) => `^${letter.toLowerCase()}`));
    return join(this.journals, ...folded);
  }

  newTemporary(): string {
    return join(this.temporary, uniqueId());
  }

  newTrash(digest: Digest): string {
    return join(this.trash, `${hexOf(digest)}.${uniqueId()}`);
  }

  newQuarantine(digest: Digest): string {
    return join(this.quarantine, `${hexOf(digest)}.${uniqueId()}`);
  }
}

const processId = `${thisWriter}-${randomBytes(8).toString('hex')}`;
let issued = 0;

/** Nobody else's, in any process on any machine. It tells whose it is: a leftover is what nobody writes any more. */
function uniqueId(): string {
  issued += 1;
  return `${processId}-${String(issued)}`;
}

/** What a path is called while it is being built beside the real one: `isUnfinished` knows it again. */
export function siblingOf(target: string): string {
  return join(dirname(target), `.nx-ml-${uniqueId()}.tmp`);
}
