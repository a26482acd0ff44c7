import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { shallowCloneMend } from '../../../doctor/shallow-clone.js';
import { rootUnreadable } from '../../../gc/index.js';
import { askGit } from './git-command.js';

/** Why a part of a repository's history is not here; undefined: all of it is. */
async function hiddenBy(git: string): Promise<readonly [what: string, mend: string] | undefined> {
  if (existsSync(join(git, 'shallow')))
    return ['is a shallow clone, and the commits that it lacks may have pointers', shallowCloneMend];
  if (await isPartial(git))
    return [
      'is a partial clone, and what it lacks may be pointers',
      'Clone it anew without --filter, and work there.',
    ];
  if ((statSync(join(git, 'info', 'grafts'), { throwIfNoEntry: false })?.size ?? 0) > 0)
    return [
      'has grafts, which hide commits',
      'git replace --convert-graft-file keeps what they say and hides nothing from gc.',
    ];
  return undefined;
}

export async function hidesHistory(git: string): Promise<boolean> {
  return (await hiddenBy(git)) !== undefined;
}

/** @throws MlError ERR_ML_ROOTS_UNREADABLE where a part of history is not here, so that its pointers cannot be read. */
export async function refuseHiddenHistory(git: string): Promise<void> {
  const hidden = await hiddenBy(git);
  if (hidden !== undefined) throw rootUnreadable(`the repository ${git} ${hidden[0]}`, hidden[1]);
}

async function isPartial(git: string): Promise<boolean> {
  // 1: there is no such setting.
  const args = ['config', '--get-regexp', String.raw`^(remote\..*\.promisor|extensions\.partialclone)$`];
  const settings = await askGit({ cwd: git, args, env: { GIT_DIR: git }, answers: [0, 1] });
  return settings
    .toString('utf8')
    .split('\n')
    .some((line) => line !== '' && !line.endsWith(' false'));
}
