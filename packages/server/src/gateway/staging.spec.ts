import { bad, GatewayRig, sum } from './testing/gateway-rig.js';

let rig: GatewayRig;
beforeEach(() => {
  rig = new GatewayRig();
});
afterEach(async () => {
  await rig.close();
});

describe('a release', () => {
  it('is staged when it is loaded and answers its example, and users notice nothing', async () => {
    await rig.start();
    const staged = await rig.gateway.stage(rig.release('one'));
    expect(staged).toEqual({
      ready: true,
      models: [{ name: 'sum', loaded: expect.any(Number) as number, p95: expect.any(Number) as number }],
    });
    expect((await rig.add(1, 2)).status).toBe(404);
  });

  it('is not staged where it does not answer its example, and nothing is left of it', async () => {
    await rig.start();
    const nan = (): ReturnType<typeof sum> => [
      { name: 'sum', datatype: 'FP64', shape: [1], data: [Number.NaN] },
    ];
    expect(await rig.gateway.stage(rig.release('bad', bad))).toEqual({
      ready: false,
      model: 'sum',
      reason: 'it does not answer its example: it is a bad model',
    });
    expect(await rig.gateway.stage(rig.release('nan', nan))).toMatchObject({
      ready: false,
      reason: expect.stringContaining('element 0 is NaN') as string,
    });
    expect(rig.hosts.folders).toEqual([]);
    expect(rig.gateway.loaded('adder')).toEqual([]);
  });

  it.each([
    [{ queue: 0 }, 'config.queue of a release is 0'],
    [{ latencyBudget: '1' }, 'config.latencyBudget of a release is "1"'],
    [{ feedback: { stars: { bad: 'under', than: 3 } } }, 'config.feedback.stars'],
  ])('is not staged with the config %j', async (config, reason) => {
    await rig.start();
    expect(await rig.gateway.stage(rig.release('one', sum, { config }))).toMatchObject({
      ready: false,
      reason: expect.stringContaining(reason) as string,
    });
  });

  it('takes no model that another service serves', async () => {
    await rig.start();
    await rig.serve(rig.release('one'));
    const other = rig.release('two', sum, { service: 'other' });
    expect(await rig.gateway.stage(other)).toEqual({
      ready: false,
      model: 'sum',
      reason: 'service adder serves it',
    });
  });
});

it('takes up what was kept, with another revision', async () => {
  await rig.start();
  const id = await rig.serve(rig.release('one'));
  const state = {
    service: 'adder',
    revision: 'before',
    baseline: id,
    previous: `sha256:${'1'.repeat(64)}` as never,
  };
  rig.gateway.restore(state);
  expect(rig.gateway.observe('adder')).toMatchObject({ route: { baseline: id }, previous: null });
  expect(rig.gateway.observe('adder').revision).not.toBe('before');
});
