import { setImmediate } from 'node:timers/promises';

import { nodeFileCalls } from './file-calls.js';
import { Hand } from './hand.js';
import type { JobName, JobOf, ResultOf } from './hand-messages.js';
import type { ObjectFiles } from './object-files.js';
import { OtherHand } from './other-hand.js';
import type { StoreFolder } from './store-folder.js';
import type { Watch } from './watch.js';

/** From so many files on a second thread is worth its start, some 40 ms. */
export const manyFiles = 2_000;
/** Files in one job: some 10 ms. */
export const jobSize = 256;
/** Jobs that the other thread has at once, so that it need not wait for this one. */
const ahead = 3;

interface HandsParts {
  readonly folder: StoreFolder;
  readonly objects: ObjectFiles;
  readonly files: number;
}

interface Watching<Name extends JobName> {
  readonly watch: Watch;
  /** Told of each result, in any order. */
  readonly done?: (result: ResultOf<Name>, job: JobOf<Name>, folder: string) => void;
}

/** This thread and, where there is much to do, another one: they take jobs from one list. */
export class Hands {
  private readonly own: Hand;
  private readonly other: OtherHand | undefined;

  /**
   * @param files how many there are
   * @param folders for the temporaries of each thread, where they are to have some of their own
   */
  constructor(
    { folder, objects, files }: HandsParts,
    private readonly folders: readonly string[] = [],
  ) {
    const [mine, temporaries] = folders;
    this.own = new Hand(folder, objects, mine);
    // Calls that a test has changed are on this thread only.
    if (files >= manyFiles && folder.disk.calls === nodeFileCalls)
      this.other = new OtherHand({ root: folder.root, now: objects.clock?.now() ?? 0, temporaries });
  }

  /**
   * Does all jobs.
   *
   * @throws the first failure, when nothing is under way any more
   */
  async all<Name extends JobName>(
    name: Name,
    jobs: Iterable<JobOf<Name>>,
    { watch, done }: Watching<Name>,
  ): Promise<void> {
    const { own, other, folders } = this;
    const waiting = jobs[Symbol.iterator]();
    let isOver = false;
    const take = async (folder = '', perform: (job: JobOf<Name>) => Promise<unknown>): Promise<void> => {
      try {
        for (;;) {
          watch.check();
          const next = isOver ? undefined : waiting.next();
          if (next === undefined || next.done === true) return;
          const result = (await perform(next.value)) as ResultOf<Name>;
          done?.(result, next.value, folder);
        }
      } finally {
        isOver = true; // after a failure the others begin nothing more
      }
    };
    const mine = take(folders[0], async (job) => {
      await setImmediate(); // the other thread's answers are heard, and its next jobs given
      return (own[name] as (job: JobOf<Name>) => unknown)(job);
    });
    const others = Array.from({ length: other === undefined ? 0 : ahead }, async () => {
      if (await other?.ready) await take(folders[1], async (job) => other?.perform({ name, job }));
    });
    const ends = await Promise.allSettled([mine, ...others]);
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
  }

  async end(): Promise<void> {
    await this.other?.end();
  }
}
