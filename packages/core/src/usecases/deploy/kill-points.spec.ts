import { releaseId } from '../../deploy/index.js';
import type { Digest } from '../../kernel/index.js';
import type { ResolvedRelease } from './resolve-release.js';
import { DeployRig, Killed, policy, place } from './testing/deploy-rig.js';
import type { Rates } from './testing/deploy-rig.js';

/** Never wrong: a canary of it is soon over. */
const good: Rates = {};
/** For what comes after: it is not what is looked at here. */
const atOnce = { ...policy, strategy: 'recreate' } as const;

interface Scene {
  readonly rig: DeployRig;
  readonly first: Digest;
  readonly second: ResolvedRelease;
}

/** A service that serves its first release, under so much load that a canary takes few looks. */
async function scene(rates: Rates): Promise<Scene> {
  const rig = new DeployRig();
  rig.load = 400;
  const first = rig.release('first', good);
  await rig.deploy(first);
  return { rig, first: releaseId(first.release), second: rig.release('second', rates) };
}

/** Runs it, and ends the controller at the n-th event of its ports. @returns how many there were, and whether it was killed */
async function killedAt(rig: DeployRig, n: number, run: () => Promise<unknown>) {
  let events = 0;
  rig.onCall = () => {
    if (++events === n) throw new Killed();
  };
  const ended = await run().catch((error: unknown) => error);
  rig.onCall = () => undefined;
  if (ended instanceof Error && !(ended instanceof Killed)) throw ended;
  return { events, killed: ended instanceof Killed };
}

/** What holds whatever happened: what began has ended, and the journal says what is served. */
async function expectWhole(rig: DeployRig): Promise<void> {
  const history = await rig.history();
  history.forEach((entry, at) => {
    if (entry === 'begin')
      expect(history[at + 1]).toMatch(/promoted|rolled-back|inconclusive|failed|abandoned/);
    else if (entry !== 'found') expect(history[at - 1]).toBe('begin');
  });
  const { route } = await rig.target.observe();
  expect(route.candidate).toBeUndefined();
  expect((await rig.entries()).at(-1)?.['serving']).toBe(route.baseline);
}

describe('a controller that is killed', () => {
  it.each<[string, Rates]>([
    ['a good release', good],
    ['a bad release', { errors: 0.4 }],
  ])(
    'at any step of rolling out %s leaves users with one that is good, and the next one goes on',
    async (_, rates) => {
      const isGood = rates === good;
      let killed = true;
      for (let n = 1; killed; n++) {
        const { rig, first, second } = await scene(rates);
        ({ killed } = await killedAt(rig, n, () => rig.deploy(second)));
        rig.dead.add('process 1');

        // Nobody is there to renew the lease.
        rig.pass(policy.lease * 1000);
        rig.answered.clear();
        rig.traffic(100);
        const { route } = await rig.target.observe();
        expect([...rig.answered.keys()]).toEqual([route.baseline]);
        const allowed = isGood ? [first, releaseId(second.release)] : [first];
        expect(allowed).toContain(route.baseline);

        const deps = rig.deps('process 2');
        await rig.deploy(rig.release('third', good), { deps, policy: atOnce });
        await expectWhole(rig);
        expect((await rig.target.observe()).route.baseline).toBe(
          releaseId(rig.release('third', good).release),
        );
      }
    },
  );

  it('before its lease is over is followed by the next one at once', async () => {
    const { rig, second } = await scene(good);
    await killedAt(rig, 12, () => rig.deploy(second));
    expect((await rig.target.observe()).route.candidate).toBeDefined();
    rig.dead.add('process 1');
    expect(await rig.deploy(second, { deps: rig.deps('process 2') })).toMatchObject({ outcome: 'promoted' });
    await expectWhole(rig);
  });

  it('at any step of going back has gone back, or is told where it stands, and the journal is whole after the next', async () => {
    let killed = true;
    for (let n = 1; killed; n++) {
      const { rig, first, second } = await scene(good);
      const { to } = await rig.deploy(second);
      ({ killed } = await killedAt(rig, n, () => rig.rollback()));
      rig.dead.add('process 1');
      const { route } = await rig.target.observe();
      expect([first, to]).toContain(route.baseline);
      const deps = rig.deps('process 2');
      if (route.baseline === to) await rig.rollback({}, deps);
      await rig.deploy(rig.release('third', good), { deps, policy: atOnce });
      await expectWhole(rig);
      await expect(rig.deploy(second, { deps, place })).rejects.toMatchObject({
        code: 'ERR_ML_DEPLOY_REFUSED',
      });
    }
  });
});
