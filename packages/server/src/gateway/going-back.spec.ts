import { until } from '../../../core/src/adapters/engine-local/testing/processes.js';
import type { ServiceState } from './gateway-control.js';
import { GatewayRig } from './testing/gateway-rig.js';

let rig: GatewayRig;
beforeEach(() => {
  rig = new GatewayRig();
});
afterEach(async () => {
  await rig.close();
});

describe('a lease', () => {
  it('gives the traffic back when nobody renews it', async () => {
    await rig.start();
    const one = await rig.serve(rig.release('one'));
    await rig.try(rig.release('two'), 1, { lease: 0.05 });
    await until(() => rig.gateway.observe('adder').route.candidate === undefined);
    expect((await rig.add(1, 2)).release).toBe(one);
    expect(rig.lines.join()).toContain('nobody renewed the lease');
    await until(() => rig.hosts.folders.length === 1);
  });

  it('is renewed by who knows the revision, and by nobody else', async () => {
    await rig.start();
    await rig.serve(rig.release('one'));
    const two = await rig.try(rig.release('two'), 0.5, { lease: 60 });
    const { revision } = rig.gateway.observe('adder');
    expect([rig.gateway.renew('adder', revision, 60), rig.gateway.renew('adder', 'other', 60)]).toEqual([
      true,
      false,
    ]);
    expect(rig.gateway.observe('adder').route.candidate?.release).toBe(two);
  });
});

describe('going back', () => {
  it('is to what was served before, at once, whatever the disk does', async () => {
    const kept: ServiceState[] = [];
    let isFull = false;
    const keep = (state: ServiceState): Promise<void> => {
      if (isFull) return Promise.reject(new Error('ENOSPC'));
      kept.push(state);
      return Promise.resolve();
    };
    await rig.start({ keep });
    const [one, two] = [await rig.serve(rig.release('one')), await rig.serve(rig.release('two'))];
    expect(kept.at(-1)).toMatchObject({ baseline: two, previous: one });
    isFull = true;
    await expect(rig.gateway.rollback('adder', undefined, 'it is bad')).rejects.toThrow('ENOSPC');
    expect((await rig.add(1, 2)).release).toBe(one);
    expect(rig.gateway.observe('adder').previous).toBeNull();
    isFull = false;
    await expect(rig.gateway.rollback('adder', undefined, 'once more')).rejects.toMatchObject({
      code: 'ERR_ML_GATEWAY_ROUTE',
    });
  });

  it('takes a candidate away, and the baseline stays', async () => {
    await rig.start();
    const [one, two] = [await rig.serve(rig.release('one')), await rig.serve(rig.release('two'))];
    await rig.try(rig.release('three'), 1);
    expect(await rig.gateway.rollback('adder', undefined, 'bad')).toMatchObject({
      route: { baseline: two },
      previous: one,
    });
  });

  it('is rehearsed by loading it once more, with the traffic where it is', async () => {
    await rig.start();
    const [one, two] = [await rig.serve(rig.release('one')), await rig.serve(rig.release('two'))];
    expect(await rig.gateway.drill('adder')).toEqual({ to: one, recovery: expect.any(Number) as number });
    expect((await rig.add(1, 2)).release).toBe(two);
    expect(rig.hosts.folders).toHaveLength(2);
  });

  it('refuses a change of the route that was on its way to the disk', async () => {
    let letGo = (): void => undefined;
    let isHeld = false;
    const keep = (): Promise<void> =>
      isHeld ? new Promise((resolve) => (letGo = resolve)) : Promise.resolve();
    await rig.start({ keep });
    const [one, two] = [await rig.serve(rig.release('one')), await rig.serve(rig.release('two'))];
    const unpacked = rig.release('three');
    await rig.gateway.stage(unpacked);
    const three = rig.gateway.loaded('adder').find((id) => id !== one && id !== two) ?? null;
    isHeld = true;
    const routed = rig.gateway.route('adder', rig.gateway.observe('adder').revision, { baseline: three });
    await new Promise(setImmediate);
    isHeld = false;
    const back = rig.gateway.rollback('adder', undefined, 'now');
    expect(rig.gateway.observe('adder').route.baseline).toBe(one);
    letGo();
    expect((await routed).done).toBe(false);
    expect((await back).route.baseline).toBe(one);
  });
});
