import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { startCommand } from '@nx-ml/testing';
import { nxMlMain } from '@nx-ml/testing/service';

import type { FaultRow } from './fault-row.js';
import type { Deployed, Scene } from './scene.js';
import { endIn } from './scene.js';
import { throughShell } from './small-disk.js';

/**
 * Deploys over a copy of the store on a small disk, twice: the second time there is room again. Then the copy takes the place of the
 * store.
 *
 * @param first a shell's way to deploy for the first time; `filled` leaves no byte on the disk
 * @returns both
 */
async function onFullStore(scene: Scene, first: string): Promise<readonly [string, Deployed]> {
  const { root, store } = scene.place;
  const [disk, told] = [join(scene.base, 'disk'), join(scene.base, 'tried')];
  mkdirSync(disk, { recursive: true });
  rmSync(told, { force: true });
  const script = `
mount -t tmpfs -o size=64m tmpfs '${disk}' && cp -a '${store}/.' '${disk}' || exit 9
filled() { cat /dev/zero > '${disk}/fill' 2>/dev/null || true; }
${first}
rm '${disk}/fill'
echo '==='
"$@"
code=$?
cp -a --remove-destination '${disk}/.' '${store}'
exit $code`;
  const deploy = [process.execPath, nxMlMain, 'deploy', 'mail-api', '--by', 'spec', '--json'];
  const [command = '', ...args] = [...throughShell(script), ...deploy];
  const env = scene.place.environment({ ...scene.clock.env, NX_ML_STORE: disk });
  const running = startCommand(command, args, { cwd: root, env });
  await scene.untilTried(running);
  writeFileSync(told, '');
  const { code, output } = await running.ended;
  const [before = '', after = ''] = output.split('===\n');
  const deployed = { code, ...endIn(after) };
  scene.takeAsGood(deployed);
  return [before, deployed];
}

/** Of the controller, and of its journal. */
export const fullStore: FaultRow = {
  fault: 'the store is full',
  how: 'no byte is left on a disk of its own before the deployment',
  users: 'the release before; the new one when there was room again',
  history: 'nothing of the first try, which began nothing; `promoted` of the next',
  run: async (scene) => {
    await scene.promote();
    const [before, after] = await onFullStore(scene, 'filled; "$@"');
    expect(endIn(before)).toMatchObject({ outcome: 'refused' });
    expect(before).toMatch(/ENOSPC|no space|full/i);
    return after;
  },
  outcome: /^promoted$/,
  told: /^not worse/,
  entries: /^begin promoted$/,
};

export const storeFullAmidTrial: FaultRow = {
  fault: 'the store gets full amid a trial',
  how: 'no byte is left on a disk of its own from the moment that the candidate has its share',
  users: 'what the evidence came to: the new release',
  history: '`promoted`, written by the next command: it was owed',
  run: async (scene) => {
    await scene.promote();
    const tried = join(scene.base, 'tried');
    const [before, after] = await onFullStore(
      scene,
      `"$@" & while [ ! -e '${tried}' ]; do sleep 0.05; done; filled; wait`,
    );
    expect(endIn(before)).toMatchObject({ outcome: 'promoted' });
    return after;
  },
  outcome: /^promoted$/,
  told: /^it is served already/,
  entries: /^begin promoted$/,
};

export const goneStore: FaultRow = {
  fault: 'the store is gone',
  how: 'a file lies where it was',
  users: 'the release before, nothing else',
  history: 'nothing: nothing was begun',
  run: async (scene) => {
    await scene.promote();
    return scene.deploy({ NX_ML_STORE: join(scene.place.root, 'nx.json') });
  },
  outcome: /^refused$/,
  told: /^ERR_ML_STORE/,
  entries: /^$/,
};

export const returnWithoutStore: FaultRow = {
  fault: 'the store is gone when somebody goes back',
  how: '`rollback`, with a file where the store was',
  users: 'the release before, at once',
  history:
    '`found`, with the reason, written by the next command: it was owed. The release is deployed again with `--again` alone',
  run: async (scene) => {
    await scene.promote();
    const before = scene.good;
    await scene.deploy();
    const gone = { NX_ML_STORE: join(scene.place.root, 'nx.json') };
    const back = await scene.place.cli(
      ['rollback', 'mail-api', '--reason', 'empty answers', '--by', 'spec'],
      gone,
    );
    expect([back.code, back.output]).toEqual([0, expect.stringContaining('could not be told')]);
    expect((await scene.observe()).route).toEqual({ baseline: before });
    expect((await scene.deploy()).told).toContain('ERR_ML_DEPLOY_REFUSED');
    return scene.deploy({}, ['--again', 'the mails were at fault']);
  },
  outcome: /^promoted$/,
  told: /^not worse/,
  entries: /^begin promoted found begin promoted$/,
};
