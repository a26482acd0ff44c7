import { shallowCloneMend } from '@nx-ml/core/doctor';
import { isMlError, MlError } from '@nx-ml/core/kernel';
import type { Forecaster } from '@nx-ml/core/usecases/plan';
import type { ModelStanding } from '@nx-ml/core/usecases/registry';

import type { AskedQuestions } from '../compose-questions.js';
import { trustedKeys } from '../trusted-keys.js';

/** What git calls a folder without files: what is compared with it is all new. */
const emptyTree: Readonly<Record<'sha1' | 'sha256', string>> = {
  sha1: '4b825dc642cb6eb9a060e54bf8d69288fbee4904',
  sha256: '6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321',
};

export interface FoundBase {
  /** A commit, or the empty tree. */
  readonly base: string;
  /** `accepted`: what models that went on were accepted at; `settled`: nothing went on; `target`: where the branch parted. */
  readonly because: 'accepted' | 'settled' | 'target' | 'fallback';
  /** Why it is a fallback. */
  readonly notice?: string;
  /** Empty but for `accepted` and `settled`. */
  readonly models: readonly ModelStanding[];
}

interface BaseRequest {
  /** The branch that a pull request goes to. */
  readonly target?: string;
  readonly questions: Pick<
    AskedQuestions,
    'workspace' | 'stores' | 'workspaceId' | 'sourceControl' | 'asked' | 'runs'
  >;
  readonly forecaster: Forecaster;
}

/** @throws MlError ERR_ML_USAGE where git cannot tell, such as in a shallow clone. */
export async function findBase({ target, questions, forecaster }: BaseRequest): Promise<FoundBase> {
  const { sourceControl } = questions;
  const head = await sourceControl.commit('HEAD');
  if (head === undefined)
    throw new MlError('ERR_ML_USAGE', {
      message: 'There is no commit here to find a base of',
      fix: 'Commit first, in a git repository.',
    });
  if (target !== undefined) return partedFrom(target, head, questions);
  if (await sourceControl.isShallow()) throw shallow('which accepted models it came from');
  return sinceAccepted(head, { questions, forecaster });
}

async function partedFrom(
  target: string,
  head: string,
  { sourceControl }: BaseRequest['questions'],
): Promise<FoundBase> {
  const base = await sourceControl.mergeBase(target, head);
  if (base !== undefined) return { base, because: 'target', models: [] };
  if (await sourceControl.isShallow()) throw shallow(`where it parted from ${target}`);
  throw new MlError('ERR_ML_USAGE', {
    message: `git knows no commit that both ${target} and this one came from`,
    fix: `Name a branch that this clone has; git fetch brings those of the remote.`,
  });
}

async function sinceAccepted(
  head: string,
  { questions, forecaster }: Pick<BaseRequest, 'questions' | 'forecaster'>,
): Promise<FoundBase> {
  const { workspace, stores, workspaceId, sourceControl, asked } = questions;
  const [{ acceptedBase, Registry }, { isPromoted }] = await Promise.all([
    import('@nx-ml/core/usecases/registry'),
    import('@nx-ml/core/usecases/package'),
  ]);
  const packaged = {
    ...questions,
    results: forecaster.results,
    trustedKeys: () => trustedKeys(process.env),
  };
  const registry = new Registry(stores.journals, workspaceId);
  try {
    const names = [...workspace.mlProjectNames()].sort().filter((name) => isReadable(name, workspace));
    const found = await acceptedBase(names, head, {
      workspace,
      forecaster,
      registry,
      commits: sourceControl,
      isPromoted: (project, state) => isPromoted(project, state, packaged),
    });
    const failure = asked.failure();
    if (failure !== undefined) return await fallback(head, failure, sourceControl);
    const because = found.commit === head ? 'settled' : 'accepted';
    return { base: found.commit ?? nothing(head), because, models: found.models };
  } catch (error) {
    if (!isMlError(error)) throw error;
    return fallback(head, error, sourceControl);
  }
}

/** What a broken ml.yaml is, Nx tells when it is run; it may hide nothing else. */
function isReadable(name: string, workspace: AskedQuestions['workspace']): boolean {
  try {
    return workspace.mlProject(name) !== undefined;
  } catch (error) {
    if (isMlError(error)) return false;
    throw error;
  }
}

async function fallback(
  head: string,
  { message }: MlError,
  sourceControl: AskedQuestions['sourceControl'],
): Promise<FoundBase> {
  const [, before] = await sourceControl.withAncestors(head);
  return {
    base: before ?? nothing(head),
    because: 'fallback',
    notice: `Nobody can tell which models are accepted, so the base is the commit before: ${message}`,
    models: [],
  };
}

function nothing(head: string): string {
  return emptyTree[head.length === 64 ? 'sha256' : 'sha1'];
}

function shallow(what: string): MlError {
  return new MlError('ERR_ML_USAGE', {
    message: `This clone is shallow, so git cannot tell ${what}`,
    fix: shallowCloneMend,
  });
}
