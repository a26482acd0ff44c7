import { MlError } from '../../kernel/index.js';
import { DeployRig, policy } from './testing/deploy-rig.js';
import type { Rates } from './testing/deploy-rig.js';

const good: Rates = { errors: 0.02, slow: 0.02 };
const unavailable = (message: string) => new MlError('ERR_ML_DEPLOY_TARGET', { message, fix: 'Wait.' });

describe('applyDeploy, when something is not there, or somebody else is', () => {
  let rig: DeployRig;
  beforeEach(() => {
    rig = new DeployRig();
  });
  const serving = () => rig.serve('first', good);

  it('lets one of two deployments begin, and tells the other who holds it, and since when', async () => {
    await serving();
    let refused: unknown;
    rig.onPause = () => {
      rig.onPause = () => undefined;
      refused = rig
        .deploy(rig.release('third', good), { deps: rig.deps('process 2') })
        .catch((error: unknown) => error);
    };
    const result = await rig.deploy(rig.release('second', good));
    expect(await refused).toMatchObject({
      code: 'ERR_ML_DEPLOY_HELD',
      message: expect.stringMatching(/by spec, since 2026-01-01T/) as string,
    });
    expect(result.outcome).toBe('promoted');
    expect(await rig.history()).toEqual(['begin', 'promoted', 'begin', 'promoted']);
  });

  it('takes a deployment of another machine for dead after ten silent minutes, or when it is told to', async () => {
    await serving();
    const unknown = { ...rig.deps(), holder: { mark: 'elsewhere', hasEnded: () => undefined } };
    rig.onCall = (call) => {
      if (call === 'after stage') throw new Error('the machine is gone');
    };
    await expect(rig.deploy(rig.release('second', good), { deps: unknown })).rejects.toThrow('gone');
    rig.onCall = () => undefined;
    const again = () => rig.deploy(rig.release('third', good), { deps: unknown });
    await expect(again()).rejects.toMatchObject({ code: 'ERR_ML_DEPLOY_HELD' });
    rig.wall -= 3_600_000; // A clock that is behind proves nothing.
    await expect(again()).rejects.toMatchObject({ code: 'ERR_ML_DEPLOY_HELD' });
    rig.wall += 3_600_000 + 10 * 60_000;
    expect(await again()).toMatchObject({ outcome: 'promoted' });
    expect(await rig.history()).toEqual(['begin', 'promoted', 'begin', 'abandoned', 'begin', 'promoted']);
  });

  it('does not mind a wall clock that jumps', async () => {
    await serving();
    let jump = 86_400_000;
    rig.onPause = () => {
      jump = -jump;
      rig.wall += jump;
    };
    expect(await rig.deploy(rig.release('second', good))).toMatchObject({ outcome: 'promoted' });
    expect((await rig.target.observe()).route.candidate).toBeUndefined();
  });

  it('goes on through a target that cannot be reached for a while', async () => {
    await serving();
    let look = 0;
    rig.onPause = () => {
      rig.target.isReachable = look++ % 8 > 4;
    };
    expect(await rig.deploy(rig.release('second', good))).toMatchObject({ outcome: 'promoted' });
    expect(rig.events.some(({ type }) => type === 'unreachable')).toBe(true);
  });

  it('gives up where it cannot be reached for as long as the lease runs: users are with the baseline again', async () => {
    const from = await serving();
    rig.onPause = () => {
      rig.target.isReachable = false;
    };
    expect(await rig.deploy(rig.release('second', good))).toMatchObject({ outcome: 'failed', serving: from });
    rig.answered.clear();
    rig.traffic(50);
    expect([...rig.answered.keys()]).toEqual([from]);
  });

  it('tells why a candidate that was cleared could not be served before its lease ended', async () => {
    const from = await serving();
    const shares = () => rig.events.flatMap((event) => (event.type === 'routed' ? [event.share] : []));
    let since: number | undefined;
    // Of the routes, the third makes it the baseline; nothing can be written for as long as its lease runs.
    rig.onCall = (call) => {
      if (call !== 'before route' || shares().length < 2) return;
      since ??= rig.time;
      if (rig.time < since + policy.lease * 1000) throw unavailable('its disk is full');
    };
    const result = await rig.deploy(rig.release('second', good));
    expect(result).toMatchObject({ outcome: 'failed', serving: from, entry: 3 });
    expect(result.reason).toMatch(/^not worse, .*; but its lease ended first: its disk is full$/);
    expect((await rig.target.observe()).route).toEqual({ baseline: from });
  });

  it('takes what a call did whose answer was lost for done', async () => {
    await serving();
    rig.onCall = (call) => {
      if (call === 'after route' && rig.events.at(-1)?.type !== 'unreachable') throw unavailable('reset');
    };
    const result = await rig.deploy(rig.release('second', good));
    expect(result).toMatchObject({ outcome: 'promoted', serving: result.to });
  });

  it('begins nothing where the journal cannot be reached', async () => {
    const from = await serving();
    rig.isJournalReachable = false;
    await expect(rig.deploy(rig.release('second', good))).rejects.toMatchObject({
      code: 'ERR_ML_REMOTE_UNAVAILABLE',
    });
    expect((await rig.target.observe()).route).toEqual({ baseline: from });
  });

  it('owes the end to a journal that is gone by then, and the next command writes it', async () => {
    const from = await serving();
    rig.onPause = () => {
      rig.isJournalReachable = false;
    };
    const bad = rig.release('bad', { errors: 0.5 });
    expect(await rig.deploy(bad)).toMatchObject({ outcome: 'rolled-back', entry: undefined, serving: from });
    expect(rig.owed).toMatchObject([{ outcome: 'rolled-back', serving: from }]);
    rig.onPause = () => undefined;
    rig.isJournalReachable = true;
    rig.dead.add('process 1');
    await expect(rig.deploy(bad)).rejects.toMatchObject({ code: 'ERR_ML_DEPLOY_REFUSED' });
    expect(await rig.history()).toEqual(['begin', 'promoted', 'begin', 'rolled-back']);
    expect(rig.owed).toEqual([]);
  });

  it('is cancelled at once: the baseline has all traffic, and the journal says so', async () => {
    const from = await serving();
    const abort = new AbortController();
    rig.onPause = () => {
      abort.abort();
    };
    const deps = { signal: abort.signal };
    expect(await rig.deploy(rig.release('second', good), { deps })).toMatchObject({
      outcome: 'abandoned',
      reason: 'it was cancelled',
    });
    expect((await rig.target.observe()).route).toEqual({ baseline: from });
    expect(await rig.history()).toEqual(['begin', 'promoted', 'begin', 'abandoned']);
  });

  it('is cancelled while its bundles come', async () => {
    const from = await serving();
    const abort = new AbortController();
    const open = () => {
      abort.abort();
      return Promise.reject(abort.signal.reason as Error);
    };
    const deps = { signal: abort.signal, bundles: { open } };
    expect(await rig.deploy(rig.release('second', good), { deps })).toMatchObject({
      outcome: 'abandoned',
      serving: from,
    });
    expect(await rig.history()).toEqual(['begin', 'promoted', 'begin', 'abandoned']);
  });

  it('refuses counts that cannot be, as often as they come, and lets the candidate go', async () => {
    const from = await serving();
    const { target } = rig.deps();
    const broken = {
      ...target,
      counts: async () => {
        const counts = await target.counts();
        return { ...counts, candidate: { ...counts.candidate, errors: NaN } };
      },
    };
    const result = await rig.deploy(rig.release('second', good), { deps: { target: broken } });
    expect(result).toMatchObject({ outcome: 'failed', serving: from });
    rig.pass(policy.lease * 1000);
    expect((await rig.target.observe()).route).toEqual({ baseline: from });
  });

  it('keeps what was seen over a restart of the gateway, which ends the candidate', async () => {
    const from = await serving();
    let looks = 0;
    rig.onPause = () => {
      if (++looks === 2) rig.target.restart();
    };
    const result = await rig.deploy(rig.release('second', good));
    expect(result).toMatchObject({ outcome: 'abandoned', serving: from });
    expect(await rig.deploy(rig.release('second', good))).toMatchObject({ outcome: 'promoted' });
  });
});
