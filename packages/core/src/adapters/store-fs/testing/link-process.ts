/**
 * A process that puts a folder by link, since two threads need sources that a process compiles as it loads them: `link-process.ts
 * <root> <folder> [<what> <job> <files> [<path>]]`. Once so many files went through jobs of that name, it aborts, or writes or touches
 * the path. It prints one line of JSON, an Outcome.
 */
import { utimesSync, writeFileSync } from 'node:fs';

import type { ObjectRef } from '../../../store/index.js';
import type { JobName } from '../hand-messages.js';
import type { LinkJob, StageJob } from '../hand.js';
import { Hand } from '../hand.js';
import { openFolderStore } from '../index.js';
import { OtherHand } from '../other-hand.js';

export interface Outcome {
  readonly ref?: ObjectRef;
  /** Code or message of what it failed with. */
  readonly failure?: string;
  /** Why which files are copies. */
  readonly copied: readonly (readonly [path: string, why: string])[];
  /** Files that the other thread measured and linked. */
  readonly aside: number;
}

const [, , root = '', folder = '', what = '', jobName = '', files = '0', path = ''] = process.argv;
const abort = new AbortController();
let aside = 0;
let left = Number(files);

function count(name: JobName, job: unknown): void {
  const before = left;
  if (name === jobName) left -= (job as StageJob).paths.length;
  if (before <= 0 || left > 0) return;
  if (what === 'abort') abort.abort(new Error('enough'));
  else if (what === 'write') writeFileSync(path, 'CONTENT');
  else utimesSync(path, 1, 1);
}

const { measure, link } = Hand.prototype;
const { perform } = OtherHand.prototype;
Hand.prototype.measure = function (job: StageJob): ReturnType<typeof measure> {
  const result = measure.call(this, job);
  count('measure', job);
  return result;
};
Hand.prototype.link = function (job: LinkJob): ReturnType<typeof link> {
  const result = link.call(this, job);
  count('link', job);
  return result;
};
OtherHand.prototype.perform = async function (request): ReturnType<typeof perform> {
  const result = await perform.call(this, request);
  if (request.name === 'measure' || request.name === 'link') aside += (request.job as StageJob).paths.length;
  count(request.name, request.job);
  return result;
};

async function main(): Promise<Outcome> {
  const copied: [string, string][] = [];
  const { objects } = await openFolderStore({ root });
  try {
    const onCopied = (file: string, why: string): unknown => copied.push([file, why]);
    const ref = await objects.putTree(folder, { by: 'link', onCopied, signal: abort.signal });
    return { ref, copied, aside };
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    return { failure: code ?? message, copied, aside };
  }
}

void main().then((outcome) => process.stdout.write(JSON.stringify(outcome)));
