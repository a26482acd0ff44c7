import { scriptedWorkspace, WorkspaceRig } from '@nx-ml/testing';
import type { RigOptions } from '@nx-ml/testing';

type Versions = Required<Pick<RigOptions, 'nodeVersion' | 'nxVersion' | 'devkitVersion'>>;

export const nx23 = { nxVersion: '23.2.1', devkitVersion: '23.2.1' };
export const nx24 = { nxVersion: '24.0.6', devkitVersion: '24.0.0' }; // the newest pair that there is
export const node20 = { nodeVersion: '20.20.2' };
export const node22 = { nodeVersion: '22.23.3' };
export const node24 = { nodeVersion: '24.21.0' };

const everything = ['run-many', '-t', 'data', 'train', 'evaluate'];

/** The same short journey for each pair of versions that nx-ml supports: train, nothing, a change, an evicted cache. */
export function versionJourney(pairs: readonly Versions[]): void {
  describe.each(pairs)('Node $nodeVersion with nx $nxVersion', (versions) => {
    let rig: WorkspaceRig;

    beforeAll(async () => {
      rig = await WorkspaceRig.create(versions);
      rig.write(scriptedWorkspace());
      rig.commitAll('start');
    });

    afterAll(() => rig.dispose());

    it('runs what changed, hits what did not, and restores what Nx forgot', async () => {
      await rig.tasks(everything);
      expect(rig.takeTrace()).toHaveLength(9);
      const key = rig.read('.nx-ml/manifests/beta/train.key.json');
      expect(key).toContain(`"node":"${versions.nodeVersion}"`);

      expect(await statesOf(rig)).toEqual(new Set(['hit']));

      rig.edit('models/beta/params.yaml', (text) => text.replace('rate: 1', 'rate: 2'));
      await rig.tasks(everything);
      expect(rig.takeTrace()).toEqual(['beta:evaluate:1', 'beta:train:1']);

      rig.forgetNx();
      expect(await statesOf(rig)).toEqual(new Set(['restored']));
      expect(rig.takeTrace()).toEqual([]);
    });
  });
}

async function statesOf(rig: WorkspaceRig): Promise<ReadonlySet<string>> {
  return new Set(Object.values(await rig.tasks(everything)));
}
