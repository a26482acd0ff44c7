import fc from 'fast-check';

import { TransportFailure } from '../http-client/index.js';
import { partsOf } from './parts.js';
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
