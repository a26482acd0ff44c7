import { setTimeout as sleep } from 'node:timers/promises';

import { describeDeployTarget } from '@nx-ml/core/deploy/testing';

import { AdminRig } from './testing/admin-rig.js';

// The client of core against the server itself, with its files.
describeDeployTarget('a gateway that runs', async () => {
  const rig = await new AdminRig().start();
  let isReachable = true;
  return {
    target: rig.target(),
    can: {},
    shortLease: 1,
    release: (name, fault) => Promise.resolve(rig.release(fault ?? name)),
    ask: (count) => rig.ask(count),
    wait: (seconds) => sleep(seconds * 1000),
    again: () => Promise.resolve(rig.target()),
    settled: () => sleep(50),
    restart: () => rig.restart(),
    reach: async (wanted) => {
      if (wanted === isReachable) return;
      isReachable = wanted;
      await (wanted ? rig.start() : rig.stop());
    },
    close: () => rig.close(),
  };
});
