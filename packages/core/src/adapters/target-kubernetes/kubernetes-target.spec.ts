import { describeDeployTarget } from '../../deploy/target.contract.js';
import type { TargetRig } from '../../deploy/testing/target-rig.js';
import type { KubernetesSettings } from './settings.js';
import { KubeRig } from './testing/kube-rig.js';

async function open(kind: KubernetesSettings['kind'], can: TargetRig['can']): Promise<TargetRig> {
  const rig = await new KubeRig(kind).open();
  return {
    target: rig.target(),
    can,
    shortLease: 10,
    release: (name, fault) => Promise.resolve(rig.release(name, fault)),
    ask: (count) => Promise.resolve(rig.ask(count)),
    wait: (seconds) => {
      rig.cluster.now += seconds * 1000;
      return Promise.resolve();
    },
    again: () => Promise.resolve(rig.target()),
    reach: (isReachable) => {
      rig.cluster.isReachable = isReachable;
      return Promise.resolve();
    },
    close: () => rig.close(),
  };
}

describeDeployTarget('a Deployment and its Service', () =>
  open('deployment', { split: false, fractions: false, shadow: false }),
);
describeDeployTarget('KServe', () => open('kserve', { split: false, shadow: false }));
