import type { HistoryEntry } from '../../documents/index.js';
import { MlError } from '../../kernel/index.js';
import type { RunGroup } from '../records/list-runs.js';
import { runsMadeOf } from './runs-made-of.js';

/** What version control knows of commits. Paths are workspace-relative. */
export interface Commits {
  /** @returns the full hash of what a commit, branch or tag names; undefined where that is none. */
  commit(revision: string): Promise<string | undefined>;
  /** A commit and those that it came from, newest first; those that are not in this clone are left out. */
  withAncestors(commit: string): Promise<readonly string[]>;
  /** The bytes of files at a commit, by path; those that it does not hold are left out. */
  filesAt(commit: string, paths: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>>;
}

export interface RunsAtCommit {
  readonly group: RunGroup;
  /** They were trained by what the commit holds; else they are the nearest that there are. */
  readonly exact: boolean;
  /** The commit that was checked out when they were run first; undefined where there was no git. */
  readonly ranAt?: string | undefined;
  /** Files differed from that commit then. */
  readonly dirty: boolean;
}

/** Oldest first. */
type Entries = readonly Omit<RunsAtCommit, 'exact'>[];

/**
 * The runs of a commit: those that were trained by what it holds. Where no such are known, the nearest: those that a clone came to at the
 * commit without uncommitted changes; else the last ones at the newest commit that it came from, which what was tried there before may well
 * be; else those at the commit with changes.
 *
 * @throws MlError ERR_ML_OBJECT_MISSING
 */
export async function runsAtCommit(asked: RunsAsked, commits: Commits): Promise<RunsAtCommit> {
  const { revision, commit, groups, history } = asked;
  const line = await commits.withAncestors(commit);
  const entries = entriesOf(history, groups);
  const made = await runsMadeOf(commit, asked, commits);
  const exact = nearest(
    entries.filter(({ group }) => made.has(group)),
    line,
  );
  if (exact !== undefined) return { ...exact, exact: true };
  const own = entries.filter(({ ranAt }) => ranAt === commit);
  const ancestors = line.filter((ancestor) => ancestor !== commit);
  const found =
    own.findLast(({ dirty }) => !dirty) ??
    newestOf(
      entries.filter(({ ranAt }) => ranAt !== commit),
      ancestors,
    ) ??
    own.at(-1);
  if (found !== undefined) return { ...found, exact: false };
  throw new MlError('ERR_ML_OBJECT_MISSING', {
    message: `Neither ${named(revision, commit)} nor a commit that it came from has runs that are known here`,
    fix: 'Check it out and train there, or name runs by what nx-ml runs PROJECT lists. A shallow clone does not know older commits: git fetch --unshallow.',
  });
}

export interface RunsAsked {
  /** As it was typed. */
  readonly revision: string;
  readonly commit: string;
  /** The project's folder, workspace-relative. */
  readonly root: string;
  /** Of its training. */
  readonly groups: readonly RunGroup[];
  /** Of the project, oldest first. */
  readonly history: readonly HistoryEntry[];
}

/** Those whose runs are still there. */
function entriesOf(history: readonly HistoryEntry[], groups: readonly RunGroup[]): Entries {
  const byKey = new Map<string, RunGroup>(
    groups.flatMap((group) => group.runs.map(({ key }) => [key, group] as const)),
  );
  return history.flatMap(({ runs, revision }) => {
    const group = runs.map(({ key }) => byKey.get(key)).find((known) => known !== undefined);
    return group === undefined ? [] : [{ group, ranAt: revision?.commit, dirty: revision?.dirty ?? false }];
  });
}

/** The same code may have been trained on other data since, so where it was run counts too. */
function nearest(entries: Entries, line: readonly string[]): Entries[number] | undefined {
  return newestOf(entries, line) ?? entries.at(-1);
}

/** The last entry at the first commit of a line that has any. */
function newestOf(entries: Entries, line: readonly string[]): Entries[number] | undefined {
  const known = new Set(entries.map(({ ranAt }) => ranAt));
  const newest = line.find((commit) => known.has(commit));
  return newest === undefined ? undefined : entries.findLast(({ ranAt }) => ranAt === newest);
}

function named(revision: string, commit: string): string {
  return commit.startsWith(revision) ? revision : `${revision} (${commit.slice(0, 7)})`;
}
