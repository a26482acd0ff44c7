import type { HistoryEntry } from '../../documents/index.js';
import { MlError } from '../../kernel/index.js';
import type { RunGroup } from '../records/list-runs.js';

/** What version control knows of commits. */
export interface Commits {
  /** @returns the full hash of what a commit, branch or tag names; undefined where that is none. */
  commit(revision: string): Promise<string | undefined>;
  /** A commit and those that it came from, newest first; those that are not in this clone are left out. */
  withAncestors(commit: string): Promise<readonly string[]>;
}

export interface RunsAtCommit {
  readonly group: RunGroup;
  /** The commit itself, or the newest that it came from with runs. */
  readonly ranAt: string;
  /** Files differed from that commit when it ran. */
  readonly dirty: boolean;
}

interface Entry {
  readonly group: RunGroup;
  readonly commit: string;
  readonly dirty: boolean;
}

/**
 * The runs that clones of the workspace came to at a commit: the last ones without uncommitted changes, else the last ones. A commit
 * that changed nothing of the model has none; then those of the newest commit that it came from, with what was changed there since:
 * what was tried before a commit is mostly what was committed then.
 *
 * @param revision for messages.
 * @throws MlError ERR_ML_OBJECT_MISSING
 */
export async function runsAtCommit(
  { revision, commit, groups, history }: RunsAsked,
  commits: Commits,
): Promise<RunsAtCommit> {
  const entries = entriesOf(history, groups);
  const own = entries.filter((entry) => entry.commit === commit);
  const found =
    own.findLast(({ dirty }) => !dirty) ?? own.at(-1) ?? (await newestOf(entries, commit, commits));
  if (found !== undefined) return { group: found.group, ranAt: found.commit, dirty: found.dirty };
  throw new MlError('ERR_ML_OBJECT_MISSING', {
    message: `Neither ${named(revision, commit)} nor a commit that it came from has runs that are known here`,
    fix: 'Check it out and train there, or name runs by what nx-ml runs PROJECT lists. A shallow clone does not know older commits: git fetch --unshallow.',
  });
}

export interface RunsAsked {
  readonly revision: string;
  readonly commit: string;
  /** Of one step. */
  readonly groups: readonly RunGroup[];
  /** Of the project, oldest first. */
  readonly history: readonly HistoryEntry[];
}

/** Entries of the groups' step whose commit is known, and whose runs are still there. */
function entriesOf(history: readonly HistoryEntry[], groups: readonly RunGroup[]): readonly Entry[] {
  const byKey = new Map<string, RunGroup>(
    groups.flatMap((group) => group.runs.map(({ key }) => [key, group] as const)),
  );
  return history.flatMap(({ runs, revision }) => {
    const group = runs.map(({ key }) => byKey.get(key)).find((known) => known !== undefined);
    return group === undefined || revision === undefined
      ? []
      : [{ group, commit: revision.commit, dirty: revision.dirty }];
  });
}

async function newestOf(
  entries: readonly Entry[],
  commit: string,
  commits: Commits,
): Promise<Entry | undefined> {
  const known = new Set(entries.map((entry) => entry.commit));
  const newest = (await commits.withAncestors(commit)).find((ancestor) => known.has(ancestor));
  return entries.findLast((entry) => entry.commit === newest);
}

function named(revision: string, commit: string): string {
  return commit.startsWith(revision) ? revision : `${revision} (${commit.slice(0, 7)})`;
}
