import { cpSync } from 'node:fs';
import { join } from 'node:path';

import { remove } from '../changes.js';
import type { MatrixGroup } from '../matrix-case.js';

const everything = ['run-many', '-t', 'data', 'train', 'evaluate'];

export const caches: MatrixGroup = {
  title: 'Caches and ways to ask',
  cases: [
    {
      change: 'all that nx-ml derived deleted, run folders and manifests',
      make: remove('.nx-ml'),
    },
    {
      change: 'Nx’s cache evicted',
      make: (rig) => {
        rig.forgetNx();
        return undefined;
      },
      restored: 'all',
    },
    {
      change: '--skip-nx-cache',
      make: () => ({ args: [...everything, '--skip-nx-cache'] }),
      restored: 'all',
    },
    {
      change: '--skip-nx-cache without batches',
      make: () => ({
        args: ['run', 'gamma:evaluate', '--skip-nx-cache'],
        env: { NX_BATCH_MODE: 'false' },
      }),
      only: ['raw:data', 'clean:data', 'alpha:train', 'gamma:train', 'gamma:evaluate'],
      restored: 'all',
      remark: 'a process for each step',
    },
    {
      change: 'the daemon on',
      make: () => ({ env: { NX_DAEMON: 'true' } }),
    },
    {
      change: 'the manifests of another commit left in place',
      make: async (rig) => {
        const other = join(rig.home, 'manifests-of-another-commit');
        rig.edit('models/beta/params.yaml', (text) => text.replace('rate: 1', 'rate: 7'));
        await rig.tasks(['run', 'beta:train']);
        cpSync(join(rig.root, '.nx-ml/manifests'), other, { recursive: true });
        rig.git('reset', '--hard', '--quiet');
        await rig.tasks(['run', 'beta:train']);
        rig.remove('.nx-ml/manifests');
        cpSync(other, join(rig.root, '.nx-ml/manifests'), { recursive: true });
        return { args: ['run', 'beta:evaluate', '--skip-nx-cache', '--exclude-task-dependencies'] };
      },
      only: ['beta:evaluate'],
      restored: ['beta:evaluate'],
      remark: 'a manifest is believed only if its keys are those of the workspace',
    },
  ],
};
