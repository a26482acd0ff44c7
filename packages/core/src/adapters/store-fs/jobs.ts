import type { LookJob, StageJob } from './hand.js';
import { jobSize } from './hands.js';
import { markLength } from './source.js';

/** The files of a folder, cut into jobs for Hands. */
export function* jobsOf(base: string, paths: readonly string[]): Generator<StageJob> {
  for (let first = 0; first < paths.length; first += jobSize)
    yield { base, paths: paths.slice(first, first + jobSize), first };
}

export function* lookJobs(jobs: Iterable<StageJob>, marks: BigUint64Array): Generator<LookJob> {
  for (const job of jobs) {
    const from = job.first * markLength;
    yield { ...job, marks: marks.slice(from, from + job.paths.length * markLength) };
  }
}
