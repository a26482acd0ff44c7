import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { copyInstalled } from '@nx-ml/testing';
import type { WorkspaceRig } from '@nx-ml/testing';

import { edit } from '../changes.js';
import { model, modelRuns } from '../matrix-case.js';
import type { Asked, MatrixGroup } from '../matrix-case.js';

const affected = (base: string): Asked => ({
  args: ['affected', '-t', 'data', 'train', 'evaluate', `--base=${base}`],
});

const fasterBeta = edit('models/beta/params.yaml', 'rate: 1', 'rate: 3');

/** A branch with a model that was trained there. */
async function trainedBranch(rig: WorkspaceRig): Promise<void> {
  rig.git('checkout', '--quiet', '-B', 'other');
  rig.edit('models/beta/params.yaml', (text) => text.replace('rate: 1', 'rate: 9'));
  rig.commitAll('A faster beta');
  await rig.tasks(['run', 'beta:evaluate']);
  rig.git('checkout', '--quiet', 'main');
}

/** Another folder with the same commit and the same packages. */
async function otherFolder(rig: WorkspaceRig, name: string, make: (folder: string) => void): Promise<Asked> {
  const folder = join(dirname(rig.root), name);
  rmSync(folder, { recursive: true, force: true });
  make(folder);
  await copyInstalled(rig.root, folder);
  return { cwd: folder };
}

export const git: MatrixGroup = {
  title: 'Git',
  cases: [
    {
      change: 'to another branch, trained there, and back',
      make: async (rig) => {
        await trainedBranch(rig);
        return undefined;
      },
    },
    {
      change: 'to a branch that was trained before',
      make: async (rig) => {
        await trainedBranch(rig);
        await rig.tasks(['run', 'beta:evaluate']);
        rig.git('checkout', '--quiet', 'other');
        return undefined;
      },
    },
    {
      change: 'a second clone',
      make: (rig) =>
        otherFolder(rig, 'clone', (folder) => {
          rig.git('clone', '--quiet', '.', folder);
        }),
    },
    {
      change: 'a worktree',
      make: (rig) =>
        otherFolder(rig, 'worktree', (folder) => {
          rig.git('worktree', 'prune');
          rig.git('worktree', 'add', '--quiet', '--detach', folder);
        }),
    },
    {
      change: 'a shallow clone',
      make: (rig) =>
        otherFolder(rig, 'shallow', (folder) => {
          rig.commitAll('A commit more, so that a shallow clone has less');
          rig.git('clone', '--quiet', '--depth=1', `file://${rig.root}`, folder);
        }),
      restored: 'all',
      remark: 'Nx knows clones by the first commit, which is not there; the store needs no such thing',
    },
    {
      change: 'affected since the parent, after a commit of a parameter',
      make: (rig) => {
        fasterBeta(rig);
        rig.commitAll('Beta learns faster');
        return affected('HEAD~1');
      },
      only: ['raw:data', 'clean:data', ...model('beta')],
      runs: modelRuns('beta'),
    },
    {
      change: 'affected since the parent, after a commit of a README',
      make: (rig) => {
        rig.append('models/alpha/README.md', 'words\n');
        rig.commitAll('Describe alpha');
        return affected('HEAD~1');
      },
      only: ['raw:data', 'clean:data', ...model('alpha'), ...model('gamma')],
      restored: [...model('alpha'), ...model('gamma')],
    },
    {
      change: 'affected since its first parent, after a merge',
      make: (rig) => {
        rig.git('checkout', '--quiet', '-B', 'side');
        rig.edit('models/beta/params.yaml', (text) => text.replace('rate: 1', 'rate: 5'));
        rig.commitAll('Beta learns faster');
        rig.git('checkout', '--quiet', 'main');
        rig.append('models/alpha/README.md', 'words\n');
        rig.commitAll('Describe alpha');
        rig.merge('side');
        return affected('HEAD^1');
      },
      only: ['raw:data', 'clean:data', ...model('beta')],
      runs: modelRuns('beta'),
    },
  ],
};
