import type { FaultRow } from './fault-row.js';
import { fill } from './small-disk.js';

/** Of the gateway, on a disk of its own. */
export const fullDisk: FaultRow = {
  fault: 'the gateway’s disk is full',
  how: 'no byte is left on a disk of its own',
  users: 'the release before, nothing else',
  history: '`failed`: the gateway has no room',
  run: async (scene) => {
    await scene.promote();
    const free = fill(scene.gateway.pid, scene.state);
    const deployed = await scene.deploy();
    free();
    return deployed;
  },
  outcome: /^failed$/,
  told: /507: The gateway has no room left/,
  entries: /^begin failed$/,
};

export const diskFullAmidTrial: FaultRow = {
  fault: 'the gateway’s disk is full when its candidate has shown to be good',
  how: 'no byte is left from the moment that it has its share',
  users:
    'right answers; only the baseline’s when the lease was over: what cannot be written does not take effect',
  history: '`failed`, with what the gateway said; `promoted` on a disk with room',
  run: async (scene) => {
    await scene.promote();
    const controller = scene.start();
    await scene.untilTried(controller);
    const free = fill(scene.gateway.pid, scene.state);
    const deployed = await scene.ended(controller);
    expect(deployed).toMatchObject({
      outcome: 'failed',
      told: expect.stringMatching(/; but its lease ended first: .*503/) as string,
    });
    await scene.untilAway();
    free();
    return scene.deploy();
  },
  outcome: /^promoted$/,
  told: /^not worse/,
  entries: /^begin failed begin promoted$/,
};
