import fc from 'fast-check';

import { digestOf } from '../kernel/index.js';
import { decodeMarks, encodeMarks } from './marks.js';
import type { GcMarks } from './marks.js';

const time = fc.double({ min: 0, max: 4e12, noNaN: true, noDefaultInfinity: true });
const marksOf = fc
  .array(fc.record({ name: fc.string(), since: time, changedAt: time }))
  .map((rows): GcMarks => ({
    at: 1,
    marks: new Map(rows.map(({ name, since, changedAt }) => [digestOf(name), { since, changedAt }])),
  }));

describe('encodeMarks', () => {
  it('is read again as it was', () => {
    fc.assert(
      fc.property(marksOf, (marks) => {
        const read = decodeMarks(encodeMarks(marks));
        expect(read).toEqual(marks);
      }),
    );
  });

  it('is trusted whole or not at all', () => {
    fc.assert(
      fc.property(marksOf, fc.nat(), fc.nat(), (marks, place, change) => {
        const text = encodeMarks(marks);
        const at = place % text.length;
        const other = String.fromCharCode(32 + (change % 90));
        fc.pre(text[at] !== other);
        expect(decodeMarks(text.slice(0, at) + other + text.slice(at + 1))).toBeUndefined();
        expect(decodeMarks(text.slice(0, at))).toBeUndefined();
      }),
    );
  });

  it('of another format counts as none', () => {
    const text = encodeMarks({ at: 1, marks: new Map() });
    const body = text.slice(0, text.lastIndexOf('sha256')).replace('"formatVersion":1', '"formatVersion":2');
    expect(decodeMarks(`${body}${digestOf(body)}\n`)).toBeUndefined();
  });
});
