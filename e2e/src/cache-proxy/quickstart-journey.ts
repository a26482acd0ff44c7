import { join } from 'node:path';

import { taskStates, WorkspaceRig } from '@nx-ml/testing';
import type { RigOptions, TaskState } from '@nx-ml/testing';

import { RealServer } from './real-server.js';

// All but the digits, whose training takes longer than all others together.
const models = 'penguin-species,penguin-mass,spam-filter';
const evaluate = ['nx', 'run-many', '-t', 'evaluate', '-p', models, '--output-style=static'];

/** The quickstart on real Nx before the proxy and the server, as jobs of three scopes run it. */
export function quickstartJourney(versions: Pick<RigOptions, 'nxVersion' | 'devkitVersion'>): void {
  describe(`nx ${versions.nxVersion ?? ''}, nx-ml cache-proxy and nx-ml-server`, () => {
    const server = new RealServer();
    let rig: WorkspaceRig;
    let upstream: string;
    const tokens = new Map<string, string>();

    beforeAll(async () => {
      upstream = await server.start();
      const from = join(__dirname, '../../../examples/quickstart');
      rig = await WorkspaceRig.create({ ...versions, from, quick: true });
      rig.commitAll('start');
    });

    afterAll(async () => {
      await rig.dispose();
      await server.stop();
    });

    /** A job in a fresh clone, on a machine that has the store: bytes of data and models do not travel through Nx. */
    const job = async (scope: string): Promise<Readonly<Record<string, TaskState>>> => {
      rig.forgetNx();
      rig.remove('.nx-ml');
      const { code, output } = await rig.cli(['cache-proxy', '--upstream', upstream, '--', ...evaluate], {
        env: { NX_ML_TOKEN: tokens.get(scope) ?? '' },
      });
      if (code !== 0) throw new Error(output);
      expect(output).not.toContain('It did less than it could');
      return taskStates(output);
    };

    const those = (states: Readonly<Record<string, TaskState>>, state: TaskState): string[] =>
      Object.keys(states).filter((task) => states[task] === state);

    it('trains once, in the scope of the job, and never of a pull request for a protected branch', async () => {
      const [main, pull] = ['protected', 'pr-7'] as const;
      for (const scope of [main, pull]) tokens.set(scope, await server.mint(scope));
      const first = await job(main);
      expect(those(first, 'hit')).toEqual([]);
      expect(those(first, 'executed')).toContain('spam-filter:train');

      const again = await job(main);
      expect(those(again, 'hit').sort()).toEqual(Object.keys(first).sort());

      rig.edit('models/spam-filter/ml.yaml', (text) => text.replace(/alpha: .*/, 'alpha: 0.77'));
      const inPull = await job(pull);
      expect(those(inPull, 'executed').sort()).toEqual(['spam-filter:evaluate', 'spam-filter:train']);
      expect(those(await job(pull), 'hit')).toHaveLength(Object.keys(first).length);

      // After the merge: the same hashes, and no entry of the pull request. What brings the result is the store of this machine.
      const merged = await job(main);
      expect(those(merged, 'restored').sort()).toEqual(['spam-filter:evaluate', 'spam-filter:train']);
    });
  });
}
