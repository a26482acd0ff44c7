import { countText, durationText, groupedText, sizeText } from './quantities.js';

/** How far a work had come at one moment. */
export interface ProgressSample {
  /** Milliseconds from an arbitrary start. */
  readonly at: number;
  readonly files: number;
  readonly bytes: number;
}

/** How much there is to do, as far as it is known. */
export interface ProgressWhole {
  readonly files?: number | undefined;
  readonly bytes?: number | undefined;
}

/** The rate is that of the last ten seconds: what a slow start or a short stall says of the rest wears off. */
const windowMs = 10_000;

/**
 * One line that tells how far a work has come: `pushing  120 of 20,000 files  8.2 MB of 1.3 GB  2.1 MB/s  about 57.0 s left`.
 * The time left follows the bytes where their whole is known, else the files.
 *
 * @param samples in order of time; the last one is now.
 */
export function progressText(
  doing: string,
  samples: readonly ProgressSample[],
  whole: ProgressWhole = {},
): string {
  const last = samples.at(-1) ?? { at: 0, files: 0, bytes: 0 };
  const first = samples.find(({ at }) => at >= last.at - windowMs) ?? last;
  const ms = last.at - first.at;
  const parts = [doing, filesText(last.files, whole.files)];
  if (last.bytes > 0 || whole.bytes !== undefined) parts.push(bytesText(last.bytes, whole.bytes));
  if (ms > 0) parts.push(rateText(first, last, ms));
  const left = timeLeft(first, last, whole);
  if (left !== undefined) parts.push(`about ${durationText(left)} left`);
  return parts.filter((part) => part !== '').join('  ');
}

function filesText(files: number, whole: number | undefined): string {
  if (whole === undefined) return files === 0 ? '' : countText(files, 'file');
  return `${groupedText(files)} of ${countText(whole, 'file')}`;
}

function bytesText(bytes: number, whole: number | undefined): string {
  return whole === undefined ? sizeText(bytes) : `${sizeText(bytes)} of ${sizeText(whole)}`;
}

function rateText(first: ProgressSample, last: ProgressSample, ms: number): string {
  if (last.bytes > first.bytes) return `${sizeText(Math.round(((last.bytes - first.bytes) / ms) * 1000))}/s`;
  if (last.files > first.files)
    return `${groupedText(Math.round(((last.files - first.files) / ms) * 1000))} files/s`;
  return '';
}

/** Milliseconds; undefined while nothing tells. */
function timeLeft(first: ProgressSample, last: ProgressSample, whole: ProgressWhole): number | undefined {
  const unit = whole.bytes === undefined ? 'files' : 'bytes';
  const all = whole[unit];
  const done = last[unit] - first[unit];
  if (all === undefined || done <= 0 || last[unit] >= all) return undefined;
  return ((last.at - first.at) / done) * (all - last[unit]);
}

/** What progress is written to: process.stderr, or what a test puts in its place. */
interface ProgressStream {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

export interface ProgressOptions {
  readonly stream: ProgressStream;
  /** Milliseconds from an arbitrary start. */
  readonly now: () => number;
  /** What ends sooner is not told at all. Milliseconds. */
  readonly after?: number;
  /** Drawn at most this often. Milliseconds. */
  readonly every?: number;
}

interface Reached {
  readonly files: number;
  readonly bytes: number;
  readonly ofFiles?: number | undefined;
  readonly ofBytes?: number | undefined;
}

export interface Progress {
  /** What is to be done, once it is known or known better. */
  expect(whole: ProgressWhole): void;
  /** So much more is done. Cheap: may be called for every file and every block. */
  readonly advance: (done: { readonly files?: number; readonly bytes?: number }) => void;
  /** It has come so far in all; for whoever is told totals. */
  readonly reach: (now: Reached) => void;
  /** Takes the line away again. To be called however the work ends. */
  readonly end: () => void;
}

const nothing = (): void => undefined;
const silent: Progress = { expect: nothing, advance: nothing, reach: nothing, end: nothing };

/**
 * A line at the foot of the terminal that is drawn over itself. Only on a terminal: logs and pipes get nothing. It has no
 * timer, for most of our work does not let one fire: it is drawn when something advances.
 *
 * @param doing what is done, as in `hashing` or `pulling spam-mails`.
 */
export function showProgress(
  doing: string,
  { stream, now: clock, after = 500, every = 100 }: ProgressOptions,
): Progress {
  if (stream.isTTY !== true) return silent;
  const started = clock();
  let samples: readonly ProgressSample[] = [{ at: started, files: 0, bytes: 0 }];
  let whole: ProgressWhole = {};
  let done = { files: 0, bytes: 0 };
  let drawn: number | undefined;
  const draw = (at: number): void => {
    samples = [...samples.filter((sample) => sample.at >= at - windowMs), { at, ...done }];
    const line = progressText(doing, samples, whole).slice(0, (stream.columns ?? 80) - 1);
    stream.write(`\r${line}\u001b[K`);
    drawn = at;
  };
  const reach = (now: Pick<Reached, 'files' | 'bytes'>): void => {
    done = { files: now.files, bytes: now.bytes };
    const at = clock();
    if (at - started >= after && (drawn === undefined || at - drawn >= every)) draw(at);
  };
  return {
    expect: (now) => (whole = now),
    advance: ({ files = 0, bytes = 0 }) => {
      reach({ files: done.files + files, bytes: done.bytes + bytes });
    },
    reach: (now) => {
      whole = { files: now.ofFiles, bytes: now.ofBytes };
      reach(now);
    },
    end: () => {
      if (drawn !== undefined) stream.write('\r\u001b[K');
      drawn = undefined;
    },
  };
}
