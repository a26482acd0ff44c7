import fc from 'fast-check';

import { isMlError } from '../../kernel/index.js';
import { failureOf } from '../../kernel/testing/failure-of.js';
import { isPassing, TransportFailure } from './failure.js';
import { gathered } from './gathered.js';
import { Progress } from './progress.js';
import { parseRate, RateLimit } from './rate-limit.js';

it('gathers small pieces and leaves large ones alone, without losing a byte', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 600_000 }), { maxLength: 8 }), async (sizes) => {
      const bytes = Buffer.concat(sizes.map((size, index) => Buffer.alloc(size, index)));
      const pieces: Uint8Array[] = [];
      // eslint-disable-next-line @typescript-eslint/require-await -- a stream is asynchronous
      const stream = async function* (): AsyncIterable<Uint8Array> {
        let at = 0;
        for (const size of sizes) yield bytes.subarray(at, (at += size));
      };
      for await (const piece of gathered(stream(), 256 * 1024)) pieces.push(piece);
      expect(Buffer.concat(pieces).equals(bytes)).toBe(true);
      for (const piece of pieces.slice(0, -1)) expect(piece.length).toBeGreaterThanOrEqual(256 * 1024);
    }),
    { numRuns: 30 },
  );
});

it('gives what came before a failure, and then the failure', async () => {
  // eslint-disable-next-line @typescript-eslint/require-await -- a stream is asynchronous
  const stream = async function* (): AsyncIterable<Uint8Array> {
    yield Buffer.from('a');
    yield Buffer.from('b');
    throw new Error('broken');
  };
  const pieces: string[] = [];
  const reading = async (): Promise<void> => {
    for await (const piece of gathered(stream(), 100)) pieces.push(String(piece));
  };
  await expect(reading()).rejects.toThrow('broken');
  expect(pieces).toEqual(['ab']);
});

it('tells each byte once, however often it was sent', () => {
  let told = 0;
  const progress = new Progress((count) => (told += count));
  for (const tries of [[5, 5], [3], [5, 5, 10]]) {
    progress.restart();
    for (const count of tries) progress.add(count);
  }
  expect(told).toBe(20);
});

describe('the limit of the rate', () => {
  it.each([
    [undefined, undefined],
    ['', undefined],
    ['20MB/s', 20_000_000],
    ['1.5MiB/s', 1_572_864],
  ])('%j is %p bytes a second', (text, rate) => {
    expect(parseRate(text)).toBe(rate);
  });

  it.each(['20', '20MB', '20Mbit/s', 'fast', '0MB/s', '-1MB/s', '1B/s'])('refuses %j', (text) => {
    expect(failureOf(() => parseRate(text)).code).toBe('ERR_ML_USAGE');
  });

  it('lets nothing through before its time', async () => {
    const limit = new RateLimit(1_000_000);
    const started = performance.now();
    for (let turn = 0; turn < 10; turn += 1) await limit.pass(20_000, undefined);
    expect(performance.now() - started).toBeGreaterThanOrEqual(150);
  });

  it('does not hold whom the signal stops', async () => {
    const stop = new AbortController();
    const waiting = new RateLimit(1000).pass(10 ** 9, stop.signal);
    stop.abort();
    await expect(waiting).rejects.toThrow();
  });
});

it('takes no error of its own making for one that passes', () => {
  expect(isPassing(new TypeError('a defect'))).toBe(false);
  expect(isMlError(new TransportFailure('x'))).toBe(false);
});
