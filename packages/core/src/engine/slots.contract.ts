import fc from 'fast-check';

import type { Capacity, Lease, Slots } from './index.js';

/**
 * What every implementation of Slots owes. `open` gives a view of one machine of its own, called for again it gives
 * another view of the same machine: two processes, as it were. `renew` clears the machine.
 */
export function slotsContract(
  name: string,
  rig: { open(capacity: Capacity): Slots; renew(): Promise<void> | void },
): void {
  describe(`the slots contract: ${name}`, () => {
    const capacity: Capacity = { gpus: ['0', 'GPU-1a'], memory: 100 };

    beforeEach(async () => {
      await rig.renew();
    });

    const got = async (slots: Slots, gpu: number, memory = 0): Promise<Lease> => {
      const lease = await slots.tryAcquire({ gpu, memory });
      if (lease === undefined) throw new Error('it should have been free');
      return lease;
    };

    it('lends each GPU once, to whichever view asks', async () => {
      const [one, other] = [rig.open(capacity), rig.open(capacity)];
      const leases = [await got(one, 1), await got(other, 1)];
      expect(leases.flatMap(({ gpus }) => gpus)).toEqual(['0', 'GPU-1a']);
      expect(await one.tryAcquire({ gpu: 1, memory: 0 })).toBeUndefined();
      await leases[0]?.release();
      expect((await got(other, 1)).gpus).toEqual(['0']);
    });

    it('lends memory up to its sum', async () => {
      const [one, other] = [rig.open(capacity), rig.open(capacity)];
      const first = await got(one, 0, 60);
      await got(other, 0, 40);
      expect(await other.tryAcquire({ gpu: 0, memory: 1 })).toBeUndefined();
      await first.release();
      expect(await other.tryAcquire({ gpu: 0, memory: 61 })).toBeUndefined();
      await got(other, 0, 60);
    });

    it('takes nothing of one resource when the other is short', async () => {
      const slots = rig.open(capacity);
      await got(slots, 0, 50);
      expect(await slots.tryAcquire({ gpu: 2, memory: 51 })).toBeUndefined();
      expect((await got(slots, 2, 50)).gpus).toEqual(['0', 'GPU-1a']);
    });

    it('grants nothing to who asks for nothing, at once', async () => {
      const slots = rig.open({ gpus: [], memory: 0 });
      const lease = await got(slots, 0, 0);
      expect(lease.gpus).toEqual([]);
      await lease.release();
    });

    it('takes a lease back only once', async () => {
      const slots = rig.open(capacity);
      const first = await got(slots, 2, 100);
      await first.release();
      const second = await got(slots, 2, 100);
      await first.release();
      expect(await slots.tryAcquire({ gpu: 1, memory: 0 })).toBeUndefined();
      await second.release();
      await got(slots, 2, 100);
    });

    it.each([
      { gpu: 3, memory: 0 },
      { gpu: 0, memory: 101 },
    ])('refuses %j, which can never be had', async (resources) => {
      await expect(rig.open(capacity).tryAcquire(resources)).rejects.toMatchObject({
        code: 'ERR_ML_RESOURCES_UNAVAILABLE',
      });
    });

    it('is not confused by calls at the same time', async () => {
      const slots = rig.open(capacity);
      const asked = Array.from({ length: 10 }, () => slots.tryAcquire({ gpu: 1, memory: 10 }));
      const leases = (await Promise.all(asked)).filter((lease) => lease !== undefined);
      expect(leases.flatMap(({ gpus }) => gpus).sort()).toEqual(['0', 'GPU-1a']);
    });

    it('never lends more than there is, whatever the order of requests', async () => {
      const step = fc.record({
        view: fc.nat({ max: 1 }),
        gpu: fc.nat({ max: 2 }),
        memory: fc.nat({ max: 100 }),
        release: fc.boolean(),
      });
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
          await rig.renew();
          const views = [rig.open(capacity), rig.open(capacity)];
          const held: { lease: Lease; memory: number }[] = [];
          for (const { view, gpu, memory, release } of steps) {
            if (release) await held.shift()?.lease.release();
            const lease = await views[view]?.tryAcquire({ gpu, memory });
            const free = {
              gpu: 2 - held.flatMap(({ lease: { gpus } }) => gpus).length,
              memory: 100 - held.reduce((sum, other) => sum + other.memory, 0),
            };
            expect(lease !== undefined).toBe(gpu <= free.gpu && memory <= free.memory);
            if (lease !== undefined) held.push({ lease, memory });
            const lent = held.flatMap(({ lease: { gpus } }) => gpus);
            expect(new Set(lent).size).toBe(lent.length);
          }
          for (const { lease } of held) await lease.release();
        }),
        { numRuns: 30 },
      );
    });
  });
}
