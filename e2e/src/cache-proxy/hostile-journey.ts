import { scriptedModel, taskStates, WorkspaceRig } from '@nx-ml/testing';
import type { RigOptions } from '@nx-ml/testing';

import type { Hostile } from './hostile-behaviours.js';
import { Upstream } from './upstream.js';

export const evaluateBeta = ['run', 'beta:evaluate', '--output-style=static'];

/** Nx itself before a server that behaves so, each time with something new to train: all is trained, and nothing is restored. */
export function hostileJourney(name: string, options: RigOptions, behaviours: readonly Hostile[]): void {
  describe(`${name} before a hostile server`, () => {
    let rig: WorkspaceRig;
    let upstream: Upstream;
    let rate = 1;

    beforeAll(async () => {
      upstream = await Upstream.start();
      rig = await WorkspaceRig.create(options);
      rig.write({
        ...scriptedModel({ name: 'beta', yaml: ['params: params.yaml'] }),
        'models/beta/params.yaml': 'rate: 0\n',
      });
      rig.commitAll('start');
    });

    afterAll(async () => {
      await rig.dispose();
      await upstream.stop();
    });

    it.each(behaviours)(
      'finishes all training, and restores nothing wrong: it %s',
      async (_, told, behaviour) => {
        upstream.behaviour = behaviour(upstream);
        rate += 1;
        rig.write({ 'models/beta/params.yaml': `rate: ${String(rate)}\n` });
        rig.takeTrace();
        const patience = ['--timeout', '1', '--drain', '20'];
        const proxy = ['cache-proxy', '--upstream', upstream.address, ...patience, '--', 'nx'];
        const { code, output } = await rig.cli([...proxy, ...evaluateBeta], {
          env: { NX_ML_TOKEN: 'nxml_token' },
        });
        expect([code, output]).toEqual([0, expect.stringMatching(told)]);
        expect(taskStates(output)).toEqual({ 'beta:train': 'executed', 'beta:evaluate': 'executed' });
        expect(rig.takeTrace()).toEqual(['beta:evaluate:1', 'beta:train:1']);
        expect(rig.exists('models/beta/poison')).toBe(false);
        expect(rig.read('.nx-ml/manifests/beta/train.manifest.json')).not.toContain('poison');
      },
    );
  });
}
