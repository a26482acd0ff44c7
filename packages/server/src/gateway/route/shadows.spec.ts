import { until } from '../../../../core/src/adapters/engine-local/testing/processes.js';
import { bad, GatewayRig, sum } from '../testing/gateway-rig.js';

let rig: GatewayRig;
beforeEach(() => {
  rig = new GatewayRig();
});
afterEach(async () => {
  await rig.close();
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
      return asked === 1 ? bad(request) : held.then(() => sum(request));
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
