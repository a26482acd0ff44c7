import { MlError } from '../../kernel/index.js';
import { DeployRig, policy } from './testing/deploy-rig.js';
import type { Rates } from './testing/deploy-rig.js';

const good: Rates = { errors: 0.02, slow: 0.02 };

describe('applyDeploy', () => {
  let rig: DeployRig;
  beforeEach(() => {
    rig = new DeployRig();
  });

  const serving = () => rig.serve('first', good);

  it('serves a first release at once, and the same again is nothing to do', async () => {
    const id = await serving();
    expect((await rig.target.observe()).route).toEqual({ baseline: id });
    expect(await rig.deploy(rig.release('first', good))).toMatchObject({ reason: 'it is served already' });
    expect(await rig.history()).toEqual(['begin', 'promoted']);
  });

  it('promotes a release that is as good, share by share', async () => {
    const from = await serving();
    const result = await rig.deploy(rig.release('second', good));
    expect(result).toMatchObject({ outcome: 'promoted', from, serving: result.to, entry: 3 });
    const shares = rig.events.flatMap((event) => (event.type === 'routed' ? [event.share] : []));
    expect(shares).toEqual([0.2, 0.5]);
    expect(await rig.target.observe()).toMatchObject({ route: { baseline: result.to }, previous: from });
  });

  it.each<[string, Rates, string]>([
    ['fails', { errors: 0.3 }, 'errors'],
    ['answers NaN, which is a failure of the answer', { errors: 1 }, 'errors'],
    ['is slow', { slow: 0.3 }, 'slow'],
  ])('rolls a release back that %s, and does not try it again unasked', async (_, rates, guardrail) => {
    const from = await serving();
    const bad = rig.release('bad', rates);
    const result = await rig.deploy(bad);
    expect(result).toMatchObject({ outcome: 'rolled-back', serving: from });
    expect(result.reason).toMatch(new RegExp(`^${guardrail} worse than the baseline, 95% sure`));
    expect((await rig.target.observe()).route).toEqual({ baseline: from });
    expect(await rig.history()).toEqual(['begin', 'promoted', 'begin', 'rolled-back']);
    await expect(rig.deploy(bad)).rejects.toMatchObject({ code: 'ERR_ML_DEPLOY_REFUSED' });
    expect(await rig.history()).toHaveLength(4);
    expect(await rig.deploy(bad, { again: 'the database was at fault' })).toMatchObject({
      outcome: 'rolled-back',
    });
    expect((await rig.entries())[4]).toMatchObject({ reason: 'the database was at fault' });
  });

  it('rolls a release back whose labels are bad, and tells what was counted', async () => {
    const guardrails = [
      { name: 'feedback.label', worse: 1, clear: 2, tolerated: 0.01 } as const,
      ...policy.canary.guardrails,
    ];
    const judged = { ...policy, canary: { ...policy.canary, guardrails } };
    await rig.deploy(rig.release('first', { ...good, bad: 0.1 }));
    const result = await rig.deploy(rig.release('bad', { ...good, bad: 0.4 }), { policy: judged });
    expect(result.reason).toMatch(/^feedback.label worse/);
    expect((await rig.entries()).at(-1)).toMatchObject({
      evidence: { guardrails: [{ name: 'feedback.label' }, {}, {}] },
    });
  });

  it.each<[string, Rates, RegExp]>([
    ['crashes at load', { broken: 'it exits with 1' }, /m: it exits with 1/],
    ['answers its example against its signature', { broken: 'outputs[0] is FP64' }, /outputs/],
    ['answers its example too slowly', { p95: 80 }, /m answers its example in 80 ms/],
  ])('does not let a release near users that %s', async (_, rates, reason) => {
    const from = await serving();
    const result = await rig.deploy(rig.release('bad', rates), { policy: { ...policy, latencyBudget: 50 } });
    expect(result).toMatchObject({ outcome: 'failed', serving: from });
    expect(result.reason).toMatch(reason);
    expect(rig.events.some(({ type }) => type === 'routed')).toBe(false);
    expect(await rig.history()).toEqual(['begin', 'promoted', 'begin', 'failed']);
  });

  it('fails by a bundle that is not what it should be, and says so in the journal', async () => {
    const from = await serving();
    const forged = new MlError('ERR_ML_OBJECT_CORRUPT', {
      message: 'the bundle was tampered with',
      fix: 'x',
    });
    const deps = { bundles: { open: () => Promise.reject(forged) } };
    const result = await rig.deploy(rig.release('second', good), { deps });
    expect(result).toMatchObject({
      outcome: 'failed',
      serving: from,
      reason: expect.stringContaining('tampered') as string,
    });
    expect(await rig.history()).toEqual(['begin', 'promoted', 'begin', 'failed']);
  });

  it('holds what is served where nothing can be told, and says how many requests would do', async () => {
    const from = await serving();
    const short = { ...policy, canary: { ...policy.canary, most: 300 } };
    const result = await rig.deploy(rig.release('second', good), { policy: short });
    expect(result).toMatchObject({ outcome: 'inconclusive', serving: from });
    expect(result.needed).toBeGreaterThan(100);
    expect((await rig.target.observe()).route).toEqual({ baseline: from });
  });

  it('waits no longer than it may where there is no traffic', async () => {
    await serving();
    rig.load = 0;
    const result = await rig.deploy(rig.release('second', good));
    expect(result).toMatchObject({ outcome: 'inconclusive', needed: undefined });
    expect(rig.time).toBeLessThan(1_000_000 + policy.patience + 10_000);
  });

  it('gives all traffic at once by blue-green, and takes it back when a guardrail is missed', async () => {
    const from = await serving();
    const blueGreen = { ...policy, strategy: 'blue-green', patience: 5000 } as const;
    rig.load = 10;
    const quiet = await rig.deploy(rig.release('quiet'), { policy: blueGreen });
    expect(quiet).toMatchObject({
      outcome: 'promoted',
      reason: 'no guardrail was missed in the time for it',
    });
    const bad = await rig.deploy(rig.release('bad', { errors: 0.2 }), { policy: blueGreen });
    expect(bad).toMatchObject({ outcome: 'rolled-back', serving: quiet.to });
    expect(quiet.from).toBe(from);
  });

  it('compares answers in the shadow, which nobody sees', async () => {
    const from = await serving();
    const shadow = { ...policy, strategy: 'shadow' } as const;
    rig.answered.clear();
    expect(await rig.deploy(rig.release('other', { errors: 0.5 }), { policy: shadow })).toMatchObject({
      outcome: 'rolled-back',
      serving: from,
    });
    expect([...rig.answered.keys()]).toEqual([from]);
    expect(await rig.deploy(rig.release('same', good), { policy: shadow })).toMatchObject({
      outcome: 'promoted',
    });
  });
});
