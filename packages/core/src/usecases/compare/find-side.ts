import { MlError } from '../../kernel/index.js';
import type { HistoryEntry } from '../../documents/index.js';
import { findGroup, groupsBeginning } from '../explain/compare-runs.js';
import type { RunGroup } from '../records/list-runs.js';
import { runsAtCommit } from './runs-at-commit.js';
import type { Commits } from './runs-at-commit.js';
import { isParams, runsWithParams } from './runs-with-params.js';

/** One side of a comparison: runs of a model that differ by seed alone, and how they were found. */
export interface MethodSide {
  readonly group: RunGroup;
  readonly found:
    | { readonly by: 'workspace' }
    | { readonly by: 'run' }
    /** `others`: ids of more groups whose parameters have these values. */
    | { readonly by: 'params'; readonly asked: string; readonly others: readonly string[] }
    | {
        readonly by: 'commit';
        /** As asked for. */
        readonly revision: string;
        readonly commit: string;
        /** They were trained by what the commit holds; else they are the nearest that there are. */
        readonly exact: boolean;
        /** The commit that was checked out when they were run first. */
        readonly ranAt?: string | undefined;
        readonly dirty: boolean;
      };
}

export interface KnownRuns {
  /** The model's folder, workspace-relative. */
  readonly root: string;
  /** Of one model, newest first. */
  readonly groups: readonly RunGroup[];
  readonly history: readonly HistoryEntry[];
}

/**
 * What somebody means by a commit, a branch or a tag, the id of a run, or `alpha=0.5`.
 *
 * @throws MlError ERR_ML_OBJECT_MISSING where nothing is meant, ERR_ML_USAGE where a run and a commit are.
 */
export async function findSide(text: string, known: KnownRuns, commits: Commits): Promise<MethodSide> {
  if (isParams(text)) {
    const [group, ...others] = runsWithParams(text, known.groups);
    return { group, found: { by: 'params', asked: text, others: others.map(({ id }) => id) } };
  }
  const runs = groupsBeginning(text, known.groups);
  const commit = await commits.commit(text);
  if (commit !== undefined && runs.length > 0) throw ambiguous(text);
  if (commit === undefined) return { group: findNamed(text, runs, known), found: { by: 'run' } };
  const { group, ...how } = await runsAtCommit({ revision: text, commit, ...known }, commits);
  return { group, found: { by: 'commit', revision: text, commit, ...how } };
}

function findNamed(text: string, runs: readonly RunGroup[], { groups }: KnownRuns): RunGroup {
  if (runs.length > 0) return findGroup(text, groups);
  throw new MlError('ERR_ML_OBJECT_MISSING', {
    message: `"${text}" is no commit, branch or tag of this repository, and no run begins like it`,
    fix: 'nx-ml runs PROJECT lists runs, with their ids in its first column. A set of parameters is written alpha=0.5.',
  });
}

function ambiguous(text: string): MlError {
  return new MlError('ERR_ML_USAGE', {
    message: `"${text}" names a commit, and a run begins like it`,
    fix: `Write more digits of the run, or the commit as refs/heads/${text}, refs/tags/${text} or ${text}^0.`,
  });
}
