import { setTimeout as sleep } from 'node:timers/promises';

import type { FaultRow } from './fault-row.js';
import type { Scene } from './scene.js';

/** A good release, and its controller killed as soon as it has its share. */
async function killController(scene: Scene): Promise<void> {
  await scene.promote();
  const controller = scene.start();
  await scene.untilTried(controller);
  controller.child.kill('SIGKILL');
  await controller.ended;
}

export const killedController: FaultRow = {
  fault: '`kill -9` of the controller',
  how: 'while its candidate has half of the users',
  users: 'right answers; only the baseline’s when the lease (2 s) was over',
  history: '`abandoned`, written by the next deployment, which goes on',
  run: async (scene) => {
    await killController(scene);
    await scene.untilAway();
    return scene.deploy();
  },
  outcome: /^promoted$/,
  told: /^not worse/,
  entries: /^begin abandoned begin promoted$/,
};

export const killedGateway: FaultRow = {
  fault: '`kill -9` of the gateway',
  how: 'while the candidate has half of the users; started again at once',
  users: 'no answer until it listened again, then the baseline’s',
  history: '`abandoned` or `failed`: the candidate was gone',
  run: async (scene) => {
    await scene.promote();
    const controller = scene.start();
    await scene.untilTried(controller);
    await scene.killGateway();
    return scene.ended(controller);
  },
  // By how long the gateway took to start.
  outcome: /^(abandoned|failed)$/,
  told: /its lease ended|for as long as its lease runs/,
  entries: /^begin (abandoned|failed)$/,
};

export const killedModel: FaultRow = {
  fault: '`kill -9` of the model’s process',
  how: 'of the release that serves',
  users: 'what it had in its hands was asked once more; 503 for who asked until it came again',
  history: 'nothing: it is no deployment',
  mayRefuse: true,
  run: async (scene) => {
    const killed = await scene.servingProcess();
    process.kill(killed, 'SIGKILL');
    while ((await scene.servingProcess()) === killed) await sleep(20);
    await scene.load.more(100);
    return { code: 0, outcome: 'nothing', told: '' };
  },
  outcome: /^nothing$/,
  told: /^$/,
  entries: /^$/,
};

export const twoAtOnce: FaultRow = {
  fault: 'two deployments at once',
  how: 'two commands, started together',
  users: 'what one of them came to',
  history: 'one `promoted`; the other is told who holds it, and wrote nothing',
  run: async (scene) => {
    await scene.promote();
    const [one, two] = await Promise.all([scene.deploy(), scene.deploy()]);
    const [winner, other] = one.code === 0 ? [one, two] : [two, one];
    expect(other).toMatchObject({
      outcome: 'refused',
      told: expect.stringContaining('ERR_ML_DEPLOY_HELD') as string,
    });
    return winner;
  },
  outcome: /^promoted$/,
  told: /^not worse/,
  entries: /^begin promoted$/,
};

const hour = 3_600_000;

export const jumpingClock: FaultRow = {
  fault: 'clocks that jump',
  how: 'those of controller and gateway, an hour ahead and then two hours back, amid the trial',
  users: 'right answers; nothing ended or went on by it',
  history: '`promoted`',
  run: async (scene) => {
    await scene.promote();
    const controller = scene.start();
    await scene.untilTried(controller);
    for (const ahead of [hour, -2 * hour]) {
      scene.clock.set(ahead);
      await scene.load.more(100);
    }
    const deployed = await scene.ended(controller);
    scene.clock.set(0);
    return deployed;
  },
  outcome: /^promoted$/,
  told: /^not worse/,
  entries: /^begin promoted$/,
};

export const jumpingClockAlone: FaultRow = {
  fault: 'a clock that jumps back when the controller is dead',
  how: '`kill -9` amid the trial, and the gateway’s clock a day back',
  users: 'right answers; only the baseline’s when the lease was over, by a clock that does not jump',
  history: '`abandoned`, then `promoted`',
  run: async (scene) => {
    await killController(scene);
    scene.clock.set(-24 * hour);
    await scene.untilAway();
    scene.clock.set(0);
    return scene.deploy();
  },
  outcome: /^promoted$/,
  told: /^not worse/,
  entries: /^begin abandoned begin promoted$/,
};
