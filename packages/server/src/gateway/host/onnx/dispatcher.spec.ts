import fc from 'fast-check';
import { setImmediate as turn } from 'node:timers/promises';

import type { BatchRules } from '@nx-ml/core/bundle';

import { InferenceFailure } from '../../protocol/index.js';
import type { InferenceRequest } from '../../protocol/index.js';
import { Dispatcher } from './dispatcher.js';
import type { Run, ThreadAnswer } from './messages.js';

const limits = { queue: 1000, timeout: 100, start: 1000 };
const joined: BatchRules = { maxRows: 1000, maxDelay: 0 };
const tensor = { name: 'x', datatype: 'FP32', shape: [-1] } as const;

/** A dispatcher whose thread is the test: it answers when it is told to, by the double of each row. */
class Bench {
  readonly sent: { readonly message: number; readonly runs: readonly Run[] }[] = [];
  readonly answered: number[] = [];
  time = 0;
  readonly dispatcher: Dispatcher;

  constructor(batch: BatchRules | undefined, { isApart = true } = {}) {
    this.dispatcher = new Dispatcher({
      signature: { inputs: [tensor], outputs: [tensor] },
      batch,
      limits,
      isApart,
      now: () => this.time,
      send: (message, runs) => this.sent.push({ message, runs }),
    });
  }

  /** Requests of each message that is under way. */
  get sizes(): number[] {
    return this.sent.map(({ runs }) => runs.flatMap(({ rows }) => rows).length);
  }

  ask(value: number): Promise<number> {
    const data = Float32Array.of(value);
    const request: InferenceRequest = {
      inputs: [{ name: 'x', datatype: 'FP32', shape: [1], data }],
      body: Buffer.alloc(0),
    };
    return this.dispatcher.ask(request).then(([output]) => {
      this.answered.push(value);
      return Number(output?.data[0]);
    });
  }

  askMany(count: number): Promise<number[]> {
    return Promise.all(Array.from({ length: count }, (_, at) => this.ask(at)));
  }

  /** The oldest message is answered. */
  answer(took = 5): void {
    const next = this.sent.shift();
    if (next === undefined) throw new Error('Nothing is under way.');
    const answers = next.runs.map(({ inputs }) => ({
      outputs: inputs.map(({ dims, data }) => ({
        dims,
        data: Float32Array.from(data as Float32Array, (each) => 2 * each),
      })),
    }));
    this.dispatcher.answer(next.message, { answers, took } satisfies ThreadAnswer);
  }

  /** Answers until nobody waits. */
  async drain(took?: number): Promise<void> {
    const drained = this.dispatcher.idle().then(() => true);
    while (!(await Promise.race([drained, turn(false)]))) if (this.sent.length > 0) this.answer(took);
  }

  /** One request alone takes so long. */
  async measure(alone: number): Promise<void> {
    const asked = this.ask(0);
    await turn();
    this.answer(alone);
    await asked;
  }
}

/** Clients that ask again as soon as they are answered. @returns sizes of the last messages */
async function closedLoop(bench: Bench, clients: number, took: number): Promise<number[]> {
  const sizes: number[] = [];
  let isOver = false;
  const client = async (): Promise<void> => {
    while (!isOver) await bench.ask(1);
  };
  const all = Array.from({ length: clients }, client);
  for (let at = 0; at < 60; at += 1) {
    while (bench.sent.length === 0) await turn();
    sizes.push(bench.sizes[0] ?? 0);
    bench.answer(took);
    await turn();
  }
  isOver = true;
  await bench.drain(took);
  await Promise.all(all);
  return sizes.slice(-10);
}

it('sends what is asked in one turn together, and gives each its own', async () => {
  const bench = new Bench(joined);
  const answers = bench.askMany(3);
  expect(bench.sizes).toEqual([]);
  await turn();
  expect(bench.sizes).toEqual([3]);
  bench.answer();
  expect(await answers).toEqual([0, 2, 4]);
});

it('lets requests gather while the thread works', async () => {
  const bench = new Bench(joined);
  await bench.measure(3);
  const first = bench.ask(1);
  await turn();
  const rest = bench.askMany(5);
  await turn();
  expect(bench.sizes).toEqual([1]);
  bench.answer();
  await turn();
  expect(bench.sizes).toEqual([5]);
  bench.answer();
  expect(await Promise.all([first, rest])).toEqual([2, [0, 2, 4, 6, 8]]);
});

it('keeps the thread at work with one half of the clients while it answers the other', async () => {
  const bench = new Bench(joined);
  await bench.measure(0.4);
  expect(await closedLoop(bench, 64, 3)).toEqual(Array(10).fill(32));
});

it('takes all clients together where one run more takes longer than reading them', async () => {
  const bench = new Bench(joined);
  await bench.measure(25);
  const sizes = await closedLoop(bench, 64, 190);
  expect(sizes).toEqual(Array(10).fill(64));
});

it('sends what waits before it gives the answers that it has', async () => {
  const bench = new Bench(joined);
  await bench.measure(0.4);
  const asked = bench.askMany(80);
  expect(bench.sizes).toEqual([8, 8]);
  bench.answer();
  expect([bench.answered.length, bench.sizes[1]]).toEqual([1, 40]);
  await bench.drain();
  expect((await asked).length).toBe(80);
});

it('sends no part before its turn is over where the model runs in it', async () => {
  const bench = new Bench(joined, { isApart: false });
  const asked = bench.askMany(80);
  expect(bench.sizes).toEqual([]);
  await turn();
  expect(bench.sizes).toEqual([80]);
  bench.answer();
  await asked;
});

it('sends a second message ahead where nothing is joined', async () => {
  const bench = new Bench(undefined);
  const asked = bench.askMany(50);
  expect(bench.sizes).toEqual([16, 16]);
  await bench.drain();
  expect(await asked).toHaveLength(50);
});

describe('with a delay', () => {
  const waiting: BatchRules = { maxRows: 1000, maxDelay: 1000 };

  it('waits for nobody when everybody is there who asked lately', async () => {
    const bench = new Bench(waiting);
    await bench.measure(3);
    const asked = bench.ask(1);
    await turn();
    expect(bench.sizes).toEqual([1]);
    bench.answer();
    await asked;
  });

  it('waits for those who asked lately', async () => {
    const bench = new Bench(waiting);
    const before = bench.askMany(2);
    await turn();
    bench.answer();
    await before;
    const first = bench.ask(1);
    await turn();
    expect(bench.sizes).toEqual([]);
    const second = bench.ask(2);
    await turn();
    expect(bench.sizes).toEqual([2]);
    bench.answer();
    expect(await Promise.all([first, second])).toEqual([2, 4]);
  });

  it('waits no longer than that', async () => {
    const bench = new Bench({ maxRows: 1000, maxDelay: 5 });
    const before = bench.askMany(2);
    while (bench.sent.length === 0) await turn();
    bench.answer();
    await before;
    const asked = bench.ask(1);
    while (bench.sent.length === 0) await turn();
    bench.answer();
    expect(await asked).toBe(2);
  });
});

describe('what takes too long', () => {
  it('ends in time, and a thread that answers others does not hang', async () => {
    const bench = new Bench(joined);
    await bench.measure(0.4);
    const asked = Promise.allSettled(Array.from({ length: 20 }, (_, at) => bench.ask(at)));
    expect(bench.sizes).toEqual([8, 8]);
    bench.time = 90;
    bench.answer();
    bench.time = 101;
    expect(bench.dispatcher.endOverdue()).toBe(false);
    const results = await asked;
    expect(results.map(({ status }) => status)).toEqual([
      ...Array<string>(8).fill('fulfilled'),
      ...Array<string>(12).fill('rejected'),
    ]);
    bench.time = 200;
    expect(bench.dispatcher.endOverdue()).toBe(true);
  });
});

it('loses nobody, mixes nobody, and keeps its bound, however it is asked and answered', async () => {
  const steps = fc.array(fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constant(0)), { maxLength: 40 });
  const rules = fc.option(fc.record({ maxRows: fc.integer({ min: 1, max: 50 }), maxDelay: fc.constant(0) }), {
    nil: undefined,
  });
  await fc.assert(
    fc.asyncProperty(steps, rules, fc.boolean(), async (wanted, batch, isApart) => {
      const bench = new Bench(batch, { isApart });
      const asked: Promise<number>[] = [];
      for (const step of wanted) {
        for (let at = 0; at < step; at += 1) asked.push(bench.ask(asked.length));
        if (step > 0) continue;
        await turn();
        expect(bench.sent.length).toBeLessThanOrEqual(2);
        if (bench.sent.length > 0) bench.answer(0.1);
      }
      await bench.drain();
      const results = await Promise.allSettled(asked);
      results.forEach((result, at) => {
        if (result.status === 'fulfilled') expect(result.value).toBe(2 * at);
        else expect(result.reason).toBeInstanceOf(InferenceFailure);
      });
    }),
    { numRuns: 60 },
  );
});
