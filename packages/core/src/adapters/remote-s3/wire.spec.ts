import { createHash } from 'node:crypto';

import fc from 'fast-check';

import { isMlError } from '../../kernel/index.js';
import { failureOf } from '../../kernel/testing/failure-of.js';
import { isPassing, TransportFailure } from './failure.js';
import { gathered } from './gathered.js';
import { partsOf } from './parts.js';
import { hashInName } from './payload.js';
import { Progress } from './progress.js';
import { parseRate, RateLimit } from './rate-limit.js';
import { elements, numberOf, textOf } from './xml.js';

describe('parts', () => {
  const terabyte = 2 ** 40;

  it('cover a blob without gap, at most 10,000 of 5 MB and more, whatever its size', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 * terabyte }), (size) => {
        const parts = partsOf(size);
        expect(parts.length).toBeLessThanOrEqual(10_000);
        expect([parts[0]?.start, parts.at(-1)?.end]).toEqual([0, size]);
        const gap = parts.findIndex(({ start }, index) => index > 0 && start !== parts[index - 1]?.end);
        const wrong = parts.findIndex(({ number }, index) => number !== index + 1);
        const short = parts.findIndex(({ start, end }) => end - start < 5 * 2 ** 20);
        expect([gap, wrong]).toEqual([-1, -1]);
        expect([-1, parts.length - 1]).toContain(short);
      }),
      { numRuns: 50 },
    );
  });

  it('are of 16 MB up to 160 GB, and of as few MB more as need be', () => {
    const sizes = [2 ** 26, 160_000 * 2 ** 20, 160_000 * 2 ** 20 + 1].map((size) => partsOf(size)[0]?.end);
    expect(sizes).toEqual([2 ** 24, 2 ** 24, 17 * 2 ** 20]);
  });
});

describe('the answers of S3', () => {
  it('are read element by element, entities decoded', () => {
    const xml =
      '<?xml version="1.0"?><R xmlns="x"><A><K>a&amp;b&#47;&#x63;</K><S>7</S></A><A>\n<K/><S></S></A></R>';
    expect(elements(xml, 'A').map((item) => [textOf(item, 'K'), numberOf(textOf(item, 'S'))])).toEqual([
      ['a&b/c', 7],
      [undefined, undefined],
    ]);
  });

  it.each(['<A><![CDATA[x]]></A>', '<!DOCTYPE A><A>x</A>', '<A>x'])('are refused as %s', (xml) => {
    expect(() => elements(xml, 'A')).toThrow(TransportFailure);
  });

  it('give of any text something or a refusal, in time that grows with its length', () => {
    const piece = fc.constantFrom('<A>', '</A>', '<A ', '<B>', '>', '<', '&', '&#x110000;', '&lt;', 'x');
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const xml = pieces.join('');
        try {
          expect(elements(xml, 'A').join('').length).toBeLessThanOrEqual(xml.length);
          textOf(xml, 'A');
        } catch (error) {
          expect(error).toBeInstanceOf(TransportFailure);
        }
      }),
      { numRuns: 2000 },
    );
    expect(() => elements('<A>'.repeat(500_000), 'A')).toThrow(TransportFailure);
  });

  it.each(['', '-1', '1e9', '0x10', '1.5', ' 1', '9'.repeat(16)])('hold no number %j', (text) => {
    expect(numberOf(text)).toBeUndefined();
  });
});

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

it('knows the hash of what is named by it', () => {
  const hex = createHash('sha256').digest('hex');
  expect(hashInName(`objects/sha256/${hex.slice(0, 2)}/${hex.slice(2)}`)).toBe(hex);
  expect(hashInName(`packs/${hex}.index`)).toBe(hex);
  for (const name of [
    `packs/${hex}.pack`,
    `recipes/sha256/${hex.slice(0, 2)}/${hex.slice(2)}`,
    'format.json',
  ])
    expect(hashInName(name)).toBeUndefined();
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
