import fc from 'fast-check';

import { agoText, durationText, hoursText, sizeText, text } from './texts.js';
import { hoursPicture, meterPicture } from './pictures.js';
import { table } from './table.js';

it.each([
  [0, '0 ms'],
  [999, '999 ms'],
  [1000, '1.0 s'],
  [200_000, '3 min 20 s'],
  [4 * 3_600_000 + 300_000, '4 h 5 min'],
  [2000 * 3_600_000, '2,000 h 0 min'],
])('%d ms is %s', (ms, expected) => {
  expect(durationText(ms)).toBe(expected);
});

it('tells hours, sizes and times as people read them', () => {
  expect([0, 90_000, 5_400_000, 200 * 3_600_000].map(hoursText)).toEqual([
    '0 h',
    '1 min 30 s',
    '1.5 h',
    '200 h',
  ]);
  expect([-5, 0, 120_000, 7_200_000, 200 * 3_600_000].map(agoText)).toEqual([
    'just now',
    'just now',
    '2 min ago',
    '2 h ago',
    '8 days ago',
  ]);
  expect([0, 999, 1000, 123_456_789].map(sizeText)).toEqual(['0 B', '999 B', '1 kB', '123 MB']);
});

it('lets nothing be markup', () => {
  fc.assert(
    fc.property(fc.string(), (value) => {
      const page = table(['run'], [[value]], '');
      expect(page.replace(/<\/?(?:div|table|thead|tbody|tr|th|td)(?: class="[a-z]+")?>/g, '')).not.toMatch(
        /[<>"']/,
      );
      expect(text(value)).not.toMatch(/[<>"']/);
    }),
  );
});

it('draws each hour within the picture, whatever came', () => {
  const counts = fc.record({ hits: fc.nat(1e6), misses: fc.nat(1e6) });
  fc.assert(
    fc.property(fc.array(counts, { minLength: 24, maxLength: 24 }), (all) => {
      const picture = hoursPicture(all.map((one, at) => ({ at: at * 3_600_000, ...one })));
      for (const [, y, height] of picture.matchAll(/ y="(\d+)" width="\d+" height="(\d+)"/g)) {
        expect(Number(y)).toBeGreaterThanOrEqual(0);
        expect(Number(y) + Number(height)).toBeLessThanOrEqual(96);
      }
      expect(picture.match(/<title>/g)).toHaveLength(24);
    }),
  );
  expect(meterPicture(7, '700 %')).toContain('width="100.0"');
});
