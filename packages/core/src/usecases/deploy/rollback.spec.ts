import { releaseId } from '../../deploy/index.js';
import { hexOf, MlError } from '../../kernel/index.js';
import { drillRollback } from './drill.js';
import { resolveRelease } from './resolve-release.js';
import type { Champion } from './ports.js';
import { DeployRig, place } from './testing/deploy-rig.js';
import { digestOf } from '../../kernel/index.js';

const corrupt = new MlError('ERR_ML_OBJECT_CORRUPT', { message: 'the newest bundle is corrupt', fix: 'x' });
const noBundles = { bundles: { open: () => Promise.reject(corrupt) } };

describe('rollback', () => {
  let rig: DeployRig;
  beforeEach(() => {
    rig = new DeployRig();
    rig.load = 400;
  });
  const deploy = async (name: string) => (await rig.deploy(rig.release(name))).to;
  const baseline = async () => (await rig.target.observe()).route.baseline;

  it('goes to what was served before, and says so in the journal with name and reason', async () => {
    const [first, second] = [await deploy('first'), await deploy('second')];
    expect(await rig.rollback()).toMatchObject({ from: second, serving: first, entry: 5 });
    expect((await rig.entries()).slice(-2)).toMatchObject([
      { type: 'begin', strategy: 'rollback', release: first, from: second, by: 'spec', reason: 'it smells' },
      { type: 'end', outcome: 'rolled-back', serving: first },
    ]);
    await expect(rig.deploy(rig.release('second'))).rejects.toMatchObject({ code: 'ERR_ML_DEPLOY_REFUSED' });
  });

  it('needs neither the store nor the journal: the target goes first, and the entry is owed', async () => {
    const [first, second] = [await deploy('first'), await deploy('second')];
    rig.isJournalReachable = false;
    expect(await rig.rollback({}, noBundles)).toMatchObject({ serving: first, entry: undefined });
    expect(await baseline()).toBe(first);
    rig.isJournalReachable = true;
    expect(await rig.deploy(rig.release('third'))).toMatchObject({ from: first, outcome: 'promoted' });
    expect((await rig.entries())[4]).toMatchObject({
      type: 'found',
      serving: first,
      by: 'spec',
      reason: 'it smells',
    });
    expect(await rig.history()).toEqual([
      'begin',
      'promoted',
      'begin',
      'promoted',
      'found',
      'begin',
      'promoted',
    ]);
    await expect(rig.deploy(rig.release('second'))).rejects.toMatchObject({ code: 'ERR_ML_DEPLOY_REFUSED' });
    expect(second).not.toBe(first);
  });

  it('goes back where not even the note of it can be kept: the next command sees what is served', async () => {
    const first = await deploy('first');
    await deploy('second');
    rig.isJournalReachable = false;
    const full = new MlError('ERR_ML_STORE_UNAVAILABLE', { message: 'the disk is full', fix: 'x' });
    const owed = { read: () => Promise.resolve([]), write: () => Promise.reject(full) };
    expect(await rig.rollback({}, { owed })).toMatchObject({ serving: first, entry: undefined });
    rig.isJournalReachable = true;
    await deploy('third');
    expect((await rig.entries())[4]).toMatchObject({ type: 'found', serving: first });
  });

  it('takes the candidate of a deployment away, which ends by that', async () => {
    const first = await deploy('first');
    let back: unknown;
    rig.load = 20;
    rig.onPause = () => {
      rig.onPause = () => undefined;
      back = rig.rollback({ reason: 'customers call' });
    };
    const second = releaseId(rig.release('second').release);
    const result = await rig.deploy(rig.release('second'));
    expect(await back).toMatchObject({ candidate: second, from: first, serving: first });
    expect(result).toMatchObject({ outcome: 'abandoned', serving: first });
    expect(await rig.history()).toEqual(['begin', 'promoted', 'begin', 'rolled-back']);
    expect((await rig.entries())[3]).toMatchObject({ reason: 'customers call' });
    expect(await baseline()).toBe(first);
  });

  it('goes to a release that is named, from the store where the target has lost it', async () => {
    const first = await deploy('first');
    await deploy('second');
    await deploy('third');
    expect(await rig.rollback({ to: hexOf(first).slice(0, 12) })).toMatchObject({ serving: first });
    await expect(rig.rollback({ to: 'abcd' })).rejects.toMatchObject({
      code: 'ERR_ML_DEPLOY_REFUSED',
      message: expect.stringContaining('0 releases of s are named abcd') as string,
    });
    await expect(rig.rollback({ to: 's' })).rejects.toMatchObject({ code: 'ERR_ML_DEPLOY_REFUSED' });
  });

  it('brings a lost release back from the store, verified and asked its examples', async () => {
    const first = await deploy('first');
    await deploy('second');
    const { target } = rig.deps();
    let staged = 0;
    const forgetful = {
      ...target,
      observe: async () => ({ ...(await target.observe()), previous: null }),
      rollback: (to: typeof first | undefined, reason: string) =>
        staged > 0
          ? target.rollback(to, reason)
          : Promise.reject(new MlError('ERR_ML_DEPLOY_TARGET', { message: 'lost', fix: 'x' })),
      stage: (...given: Parameters<typeof target.stage>) => {
        staged += 1;
        return target.stage(...given);
      },
    };
    expect(await rig.rollback({}, { target: forgetful })).toMatchObject({ serving: first });
    expect(staged).toBe(1);
  });

  it('never goes to a release that was left before', async () => {
    const first = await deploy('first');
    await deploy('second');
    await rig.rollback();
    await expect(rig.rollback()).rejects.toMatchObject({ code: 'ERR_ML_DEPLOY_REFUSED' });
    expect(await baseline()).toBe(first);
  });

  it('takes a way back that failed after it had its effect for what it is', async () => {
    const first = await deploy('first');
    await deploy('second');
    rig.onCall = (call) => {
      if (call === 'after rollback')
        throw new MlError('ERR_ML_DEPLOY_TARGET', { message: 'ENOSPC: the disk is full', fix: 'x' });
    };
    expect(await rig.rollback()).toMatchObject({ serving: first, entry: 5 });
    rig.onCall = (call) => {
      if (call === 'before rollback')
        throw new MlError('ERR_ML_DEPLOY_TARGET', { message: 'reset', fix: 'x' });
    };
    await deploy('third');
    await expect(rig.rollback()).rejects.toMatchObject({ message: 'reset' });
  });

  it('says that the target cannot be reached', async () => {
    await deploy('first');
    rig.target.isReachable = false;
    await expect(rig.rollback()).rejects.toMatchObject({ code: 'ERR_ML_DEPLOY_TARGET' });
  });

  it('has nothing to rehearse where nothing served before, and says what to do', async () => {
    const { target, clock } = rig.deps();
    const refused = (message: string) =>
      expect(drillRollback(place, { target, clock })).rejects.toMatchObject({
        code: 'ERR_ML_DEPLOY_REFUSED',
        message: expect.stringContaining(message) as string,
        fix: expect.stringContaining('Deploy a release, then another one') as string,
      });
    await refused('s in production has nothing to go back to: nothing was deployed there yet');
    await deploy('first');
    await refused('no other release served before');
  });

  it('is rehearsed without a change, and one that is no rehearsal any more is none', async () => {
    const [first, second] = [await deploy('first'), await deploy('second')];
    const { target, clock } = rig.deps();
    expect(await drillRollback(place, { target, clock })).toMatchObject({ to: first, recovery: 1 });
    expect(await baseline()).toBe(second);
    const busy = {
      ...target,
      drill: async () => {
        const told = await target.drill();
        await rig.rollback();
        return told;
      },
    };
    await expect(drillRollback(place, { target: busy, clock })).rejects.toMatchObject({
      code: 'ERR_ML_DEPLOY_TARGET',
    });
  });
});

describe('resolveRelease', () => {
  const champion = (scope?: string): Champion => ({
    version: 3,
    bundle: { kind: 'tree', digest: digestOf('bundle'), size: 1, files: 1 },
    manifest: digestOf('manifest'),
    ...(scope === undefined ? {} : { scope }),
  });
  const resolve = (found: Champion | undefined) =>
    resolveRelease(
      { service: 's', models: { spam: 'spam-filter' }, config: {} },
      { of: () => Promise.resolve(found) },
    );

  it('is made of the accepted versions, and equal ones are one release', async () => {
    const { release, versions } = await resolve(champion());
    expect(release.models).toEqual({ spam: digestOf('manifest') });
    expect(versions).toEqual({ spam: 3 });
    expect(releaseId((await resolve(champion('protected'))).release)).toBe(releaseId(release));
  });

  it.each([
    ['was never accepted', undefined, /no accepted version/],
    ['was accepted from a branch', champion('branch/main'), /scope branch\/main/],
  ])('refuses a model that %s', async (_, found, message) => {
    await expect(resolve(found)).rejects.toMatchObject({
      code: 'ERR_ML_DEPLOY_REFUSED',
      message: expect.stringMatching(message) as string,
    });
  });
});
