import { until } from '../../../core/src/adapters/engine-local/testing/processes.js';
import type { ServiceState } from './gateway-control.js';
import { InferenceFailure } from './protocol/index.js';
import { GatewayRig, sum } from './testing/gateway-rig.js';

let rig: GatewayRig;
beforeEach(() => {
  rig = new GatewayRig();
});
afterEach(async () => {
  await rig.close();
});

const wrong = (): never => {
  throw new InferenceFailure('model', 'it is a bad model');
};

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
    expect(await rig.gateway.stage(rig.release('bad', wrong))).toEqual({
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
    let isBad = false;
    const mayFail: typeof sum = (request) => (isBad ? wrong() : sum(request));
    await rig.serve(rig.release('one', sum, { config: { latencyBudget: 0 } }));
    await rig.try(rig.release('two', mayFail), 1);
    isBad = true;
    expect((await rig.add(1, 2)).status).toBe(500);
    expect((await rig.ask('/v2/models/sum/infer', '{}')).status).toBe(400);
    isBad = false;
    expect((await rig.add(1, 2)).status).toBe(200);
    expect(rig.gateway.counts('adder').candidate).toEqual({ requests: 2, errors: 1, slow: 1, feedback: {} });
  });

  it('calls it a failure of the candidate when it does not take what the baseline takes', async () => {
    await rig.start();
    await rig.serve(rig.release('one'));
    const three = { ...sumShape(3) };
    const unpacked = rig.release('three', sum, { signature: three });
    // Its example is by its own signature.
    (await import('node:fs')).writeFileSync(
      `${rig.folderOf(unpacked)}/example.json`,
      '{"inputs":[{"name":"x","datatype":"FP64","shape":[1,3],"data":[1,2,3]}]}',
    );
    await rig.try(unpacked, 1);
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

const sumShape = (
  width: number,
): {
  inputs: [{ name: string; datatype: 'FP64'; shape: number[] }];
  outputs: [{ name: string; datatype: 'FP64'; shape: number[] }];
} => ({
  inputs: [{ name: 'x', datatype: 'FP64', shape: [-1, width] }],
  outputs: [{ name: 'sum', datatype: 'FP64', shape: [-1] }],
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

describe('a shadow', () => {
  it('answers beside, is compared, and is seen by nobody', async () => {
    await rig.start();
    const one = await rig.serve(rig.release('one'));
    const off: typeof sum = (request) => [
      {
        name: 'sum',
        datatype: 'FP64',
        shape: [1],
        data: [
          Number(request.inputs[0]?.data[0]) === 7
            ? 0
            : Number(request.inputs[0]?.data[0]) + Number(request.inputs[0]?.data[1]) + 1e-9,
        ],
      },
    ];
    await rig.try(rig.release('two', off), 1, { mode: 'shadow' });
    for (const a of [1, 7, 3]) {
      const answer = await rig.add(a, 1);
      expect([answer.release, (answer.json as { outputs: { data: number[] }[] }).outputs[0]?.data]).toEqual([
        one,
        [a + 1],
      ]);
      await until(() => rig.gateway.counts('adder').candidate.requests > 0);
    }
    await until(() => rig.gateway.counts('adder').compared?.pairs === 3);
    expect(rig.gateway.counts('adder')).toMatchObject({
      baseline: { requests: 3 },
      candidate: { requests: 3, errors: 0 },
      compared: { pairs: 3, different: 1 },
    });
  });

  it('that hangs or fails delays nobody, and is not asked without end', async () => {
    await rig.start();
    await rig.serve(rig.release('one'));
    let [isStaged, asked, letGo] = [false, 0, (): void => undefined];
    const held = new Promise<void>((resolve) => (letGo = resolve));
    const hangs: typeof sum = (request) => {
      if (!isStaged) return sum(request);
      asked += 1;
      return asked === 1 ? wrong() : held.then(() => sum(request));
    };
    await rig.try(rig.release('two', hangs), 1, { mode: 'shadow' });
    isStaged = true;
    for (let at = 0; at < 10; at += 1) {
      expect((await rig.add(1, 1)).status).toBe(200);
      await new Promise(setImmediate);
    }
    // One failed; four hang, which are as many as may.
    expect(asked).toBe(5);
    expect(rig.gateway.counts('adder').candidate).toMatchObject({ requests: 5, errors: 1 });
    letGo();
  });
});
