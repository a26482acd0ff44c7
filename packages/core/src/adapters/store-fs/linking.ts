import { join } from 'node:path';

import type { NotLinked, PutOptions, TreeEntry } from '../../store/index.js';
import { makeDurable } from './durable.js';
import type { LinkJob, Measurements, StageJob } from './hand.js';
import { Hands } from './hands.js';
import { jobsOf, lookJobs } from './jobs.js';
import { linkAgain } from './link-again.js';
import type { LinkOutcome } from './links.js';
import type { ObjectFiles } from './object-files.js';
import type { Measured, Pump } from './pump.js';
import { markAt, markLength, markOf, openSource, sourceChanged } from './source.js';
import { stageFiles } from './stage-tree.js';
import type { Staging } from './staging.js';
import type { StoreFolder } from './store-folder.js';
import type { Watch } from './watch.js';

export interface LinkingParts {
  readonly folder: StoreFolder;
  readonly objects: ObjectFiles;
  readonly pump: Pump;
  readonly staging: Staging;
}

/** Files of one folder that are to become links. */
export interface LinkRequest {
  /** Absolute. */
  readonly base: string;
  readonly paths: readonly string[];
  readonly watch: Watch;
  readonly onCopied: PutOptions['onCopied'];
  /** Called when all was read and nothing was touched yet. */
  readonly check: () => void;
}

interface Found {
  readonly entries: readonly TreeEntry[];
  readonly marks: BigUint64Array;
}

/**
 * Makes files links to their objects: all are hashed, then all bytes made durable, then each gets its second name. What cannot
 * be linked is staged as a copy. "Linking" in docs/design/store.md.
 *
 * @throws MlError ERR_ML_SOURCE_CHANGED; what was linked by then stays linked
 */
export async function linkFiles(parts: LinkingParts, request: LinkRequest): Promise<readonly TreeEntry[]> {
  const { folder, objects, staging } = parts;
  const { base, paths, watch, check } = request;
  if (!isBesideStore(folder, base)) return copyAll(parts, request);
  const hands = new Hands({ folder, objects, files: paths.length });
  try {
    const found = await measureAll(hands, parts, request);
    check();
    await makeBytesDurable(folder, request);
    const outcomes = await linkAll(hands, found, request);
    for (const { digest } of found.entries) staging.touch(digest);
    await copyRest(parts, request, await finish(outcomes, found, parts, request));
    watch.check();
    return found.entries;
  } finally {
    await hands.end();
  }
}

function isBesideStore({ workspace, disk, objects }: StoreFolder, base: string): boolean {
  return workspace.look(base)?.dev === disk.look(objects)?.dev;
}

async function copyAll(
  { staging }: LinkingParts,
  { base, paths, watch, onCopied, check }: LinkRequest,
): Promise<readonly TreeEntry[]> {
  const entries = await stageFiles({ staging, watch }, base, paths);
  check();
  for (const path of paths) onCopied?.(join(base, path), 'no-links');
  return entries;
}

async function measureAll(hands: Hands, parts: LinkingParts, request: LinkRequest): Promise<Found> {
  const { base, paths, watch } = request;
  const entries = new Array<TreeEntry>(paths.length);
  const marks = new BigUint64Array(paths.length * markLength);
  const large: [index: number, path: string][] = [];
  const done = (measured: Measurements, job: StageJob): void => {
    marks.set(measured.marks, job.first * markLength);
    for (const [offset, path] of job.paths.entries()) {
      const [digest, size] = [measured.digests[offset] ?? null, measured.sizes[offset] ?? 0];
      if (digest === null) large.push([job.first + offset, path]);
      else entries[job.first + offset] = { path, digest, size };
    }
    const count = measured.digests.filter((digest) => digest !== null).length;
    watch.advance(
      count,
      measured.sizes.reduce((sum, size) => sum + size, 0),
    );
  };
  await hands.all('measure', jobsOf(base, paths), { watch, done });
  for (const [index, path] of large) {
    const { digest, size, mark } = await measureLarge(join(base, path), parts, watch);
    marks.set(mark, index * markLength);
    entries[index] = { path, digest, size };
  }
  return { entries, marks };
}

async function measureLarge(
  path: string,
  { folder, pump }: LinkingParts,
  watch: Watch,
): Promise<Measured & { readonly mark: readonly bigint[] }> {
  const { file, stat } = openSource(folder.workspace, path);
  pump.watch = watch;
  try {
    const measured = await file.using((source) => pump.run(source));
    watch.advance(1, 0);
    return { ...measured, mark: markOf(stat) };
  } finally {
    pump.watch = undefined;
  }
}

/** An object's bytes are durable before it has its name. They lie on the store's file system already. */
async function makeBytesDurable(folder: StoreFolder, { base, paths }: LinkRequest): Promise<void> {
  const one = (path: string): Promise<void> =>
    openSource(folder.workspace, path).file.using((file) => file.sync());
  const absolute = paths.map((path) => join(base, path));
  await makeDurable(folder, absolute, one);
}

async function linkAll(
  hands: Hands,
  { entries, marks }: Found,
  { base, paths, watch }: LinkRequest,
): Promise<readonly LinkOutcome[]> {
  const outcomes = new Array<LinkOutcome>(paths.length);
  function* jobs(): Generator<LinkJob> {
    for (const job of lookJobs(jobsOf(base, paths), marks)) {
      const part = entries.slice(job.first, job.first + job.paths.length);
      yield { ...job, digests: part.map(({ digest }) => digest) };
    }
  }
  await hands.all('link', jobs(), {
    watch,
    done: (part, job) => {
      for (const [offset, outcome] of part.entries()) outcomes[job.first + offset] = outcome;
    },
  });
  return outcomes;
}

/** Looks closer where something moved or a name was taken. @returns why which entries are to be copied */
async function finish(
  outcomes: readonly LinkOutcome[],
  { entries, marks }: Found,
  parts: LinkingParts,
  { base, watch }: LinkRequest,
): Promise<ReadonlyMap<TreeEntry, NotLinked>> {
  const copies = new Map<TreeEntry, NotLinked>();
  for (const [index, entry] of entries.entries()) {
    let outcome = outcomes[index] ?? 'again';
    if (outcome === 'again' || outcome === 'taken') {
      watch.check();
      const known = { digest: entry.digest, mark: markAt(marks, index) };
      outcome = await linkAgain(join(base, entry.path), known, parts);
    }
    if (outcome !== 'linked') copies.set(entry, outcome);
  }
  return copies;
}

async function copyRest(
  { staging }: LinkingParts,
  { base, watch, onCopied }: LinkRequest,
  copies: ReadonlyMap<TreeEntry, NotLinked>,
): Promise<void> {
  const rest = [...copies.keys()];
  const paths = rest.map(({ path }) => path);
  const staged = await stageFiles({ staging, watch: watch.silent() }, base, paths);
  for (const [index, entry] of rest.entries()) {
    const path = join(base, entry.path);
    if (staged[index]?.digest !== entry.digest) throw sourceChanged(path);
    onCopied?.(path, copies.get(entry) ?? 'no-links');
  }
}
