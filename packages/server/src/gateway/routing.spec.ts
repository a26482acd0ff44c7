import type { ModelSignature } from '@nx-ml/core/bundle';

import { until } from '../../../core/src/adapters/engine-local/testing/processes.js';
import { bad, GatewayRig, sum } from './testing/gateway-rig.js';

let rig: GatewayRig;
beforeEach(() => {
  rig = new GatewayRig();
});
afterEach(async () => {
  await rig.close();
});

describe('a route', () => {
  it('is changed by one of two who saw the same, and never to what is not loaded', async () => {
    await rig.start();
    const one = await rig.serve(rig.release('one'));
    const { revision } = rig.gateway.observe('adder');
    await rig.gateway.stage(rig.release('two'));
    const [, two] = rig.gateway.loaded('adder');
    if (two === undefined) throw new Error('Two is not loaded.');
    const results = await Promise.all(
      [1, 2].map(() => rig.gateway.route('adder', revision, { baseline: two })),
    );
    expect(results.map(({ done }) => done)).toEqual([true, false]);
    expect(rig.gateway.observe('adder')).toMatchObject({ route: { baseline: two }, previous: one });
    await expect(
      rig.gateway.route('adder', results[0]?.observed.revision ?? '', {
        baseline: `sha256:${'0'.repeat(64)}` as never,
      }),
    ).rejects.toMatchObject({ code: 'ERR_ML_GATEWAY_ROUTE' });
  });

  it('gives each arm its share of the units, and a unit its arm', async () => {
    await rig.start();
    const [one, two] = [await rig.serve(rig.release('one')), await rig.try(rig.release('two'), 0.3)];
    const askAll = (): Promise<(string | null)[]> =>
      Promise.all(
        Array.from(
          { length: 200 },
          async (_, unit) => (await rig.add(1, 2, { parameters: { unit: `u${String(unit)}` } })).release,
        ),
      );
    const first = await askAll();
    expect(await askAll()).toEqual(first);
    const share = first.filter((release) => release === two).length / 200;
    expect(share).toBeGreaterThan(0.15);
    expect(share).toBeLessThan(0.45);
    expect(first.every((release) => release === one || release === two)).toBe(true);
    const { baseline, candidate } = rig.gateway.counts('adder');
    expect([baseline.requests, candidate.requests]).toEqual([400 - 400 * share, 400 * share]);
  });

  it('counts failures and slow answers by arm, and no mistakes of who asks', async () => {
    await rig.start();
    let fails = false;
    const mayFail: typeof sum = (request) => (fails ? bad(request) : sum(request));
    await rig.serve(rig.release('one', sum, { config: { latencyBudget: 0 } }));
    await rig.try(rig.release('two', mayFail), 1);
    fails = true;
    expect((await rig.add(1, 2)).status).toBe(500);
    expect((await rig.ask('/v2/models/sum/infer', '{}')).status).toBe(400);
    fails = false;
    expect((await rig.add(1, 2)).status).toBe(200);
    expect(rig.gateway.counts('adder').candidate).toEqual({ requests: 2, errors: 1, slow: 1, feedback: {} });
  });

  it('calls it a failure of the candidate when it does not take what the baseline takes', async () => {
    await rig.start();
    await rig.serve(rig.release('one'));
    const signature: ModelSignature = {
      inputs: [{ name: 'x', datatype: 'FP64', shape: [-1, 3] }],
      outputs: [{ name: 'sum', datatype: 'FP64', shape: [-1] }],
    };
    const example = '{"inputs":[{"name":"x","datatype":"FP64","shape":[1,3],"data":[1,2,3]}]}';
    await rig.try(rig.release('three', sum, { signature, example }), 1);
    const answer = await rig.add(1, 2);
    expect([answer.status, answer.json]).toEqual([
      500,
      { error: expect.stringContaining('the candidate does not take what the baseline takes') as string },
    ]);
    expect(rig.gateway.counts('adder').candidate).toMatchObject({ requests: 1, errors: 1 });
  });

  it('loses no request while releases take turns under load', async () => {
    await rig.start();
    const slow: typeof sum = async (request) => {
      await new Promise((resolve) => setTimeout(resolve, 3));
      return sum(request);
    };
    await rig.serve(rig.release('r0', slow));
    let isOver = false;
    let asked = 0;
    const client = async (): Promise<void> => {
      while (!isOver) {
        const answer = await rig.add(asked, 1);
        expect(answer.status).toBe(200);
        asked += 1;
      }
    };
    const clients = Array.from({ length: 8 }, client);
    for (let at = 1; at <= 4; at += 1) {
      await rig.try(rig.release(`r${String(at)}`, slow), 0.5);
      const { revision, route } = rig.gateway.observe('adder');
      await rig.gateway.route('adder', revision, { baseline: route.candidate?.release ?? null });
    }
    isOver = true;
    await Promise.all(clients);
    expect(asked).toBeGreaterThan(50);
    // The baseline, and what can be gone back to.
    await until(() => rig.hosts.folders.length === 2);
  });
});
