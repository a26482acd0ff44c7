import { GatewayRig, sum } from '../testing/gateway-rig.js';

let rig: GatewayRig;
beforeEach(() => {
  rig = new GatewayRig();
});
afterEach(async () => {
  await rig.close();
});

describe('feedback', () => {
  const config = { feedback: { stars: { bad: 'below', than: 3 } } };

  it('is counted for the arm that answered, once for each request', async () => {
    await rig.start();
    await rig.serve(rig.release('one', sum, { config }));
    await rig.try(rig.release('two', sum, { config }), 1);
    for (const id of ['a', 'b', 'c', 'd', 'e']) await rig.add(1, 2, { id });
    const tell = async (body: object): Promise<[number, unknown]> => {
      const { status, json } = await rig.ask('/feedback', JSON.stringify(body));
      return [status, (json as { bad?: boolean }).bad];
    };
    expect(await tell({ id: 'a', value: true })).toEqual([200, false]);
    expect(await tell({ id: 'a', value: false })).toEqual([404, undefined]);
    expect(await tell({ id: 'b', value: false, unit: 'u' })).toEqual([200, true]);
    expect(await tell({ id: 'c', name: 'stars', value: 2 })).toEqual([200, true]);
    expect(await tell({ id: 'd', label: 3 })).toEqual([200, false]);
    expect(await tell({ id: 'e', label: 4 })).toEqual([200, true]);
    expect(rig.gateway.counts('adder').candidate.feedback).toEqual({
      value: { seen: 2, bad: 1 },
      stars: { seen: 1, bad: 1 },
      label: { seen: 2, bad: 1 },
    });
  });

  it.each([
    ['[]', 400],
    ['{"value":true}', 400],
    ['{"id":"a"}', 400],
    ['{"id":"a","value":true,"label":1}', 400],
    ['{"id":"a","value":"good"}', 400],
    ['{"id":"a","value":3}', 400],
    ['{"id":"a","name":"unknown","value":true}', 400],
    ['{"id":"a","label":{}}', 400],
    ['{"id":"nobody","value":true}', 404],
    ['{"id"', 400],
  ])('that says %s is refused, and costs nothing', async (body, status) => {
    await rig.start();
    await rig.serve(rig.release('one'));
    await rig.add(1, 2, { id: 'a' });
    expect((await rig.ask('/feedback', body)).status).toBe(status);
    expect((await rig.ask('/feedback', '{"id":"a","value":true}')).status).toBe(200);
  });

  it('is forgotten with its request: after the window, and beyond so many', async () => {
    await rig.start({ feedbackWindow: { duration: 60_000, count: 10 } });
    await rig.serve(rig.release('one'));
    for (let at = 0; at < 30; at += 1) await rig.add(1, 2, { id: String(at) });
    expect((await rig.ask('/feedback', '{"id":"0","value":true}')).status).toBe(404);
    expect((await rig.ask('/feedback', '{"id":"29","value":true}')).status).toBe(200);
  });
});
