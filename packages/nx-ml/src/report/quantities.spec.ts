import { agoText, durationText, numberText, rowsText, sizeText } from './quantities.js';

describe('numbers for people', () => {
  it.each([
    [12, '12 ms'],
    [1234, '1.2 s'],
    [65_000, '1 m 5 s'],
    [7_260_000, '2 h 1 m'],
    [59_999, '60.0 s'],
    [119_900, '2 m 0 s'],
  ])('%d ms is %s', (ms, text) => {
    expect(durationText(ms)).toBe(text);
  });
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [2_500_000, '2.5 MB'],
  ])('%d bytes are %s', (bytes, text) => {
    expect(sizeText(bytes)).toBe(text);
  });
  it.each([
    [1, '1'],
    [0.983712, '0.9837'],
    [1234.5678, '1235'],
    [0.00001234567, '0.00001235'],
  ])('%d reads %s', (value, text) => {
    expect(numberText(value)).toBe(text);
  });
  it.each([
    ['2026-01-03T00:00:00.000Z', 'just now'],
    ['2026-01-02T23:59:00.000Z', '1 minute ago'],
    ['2026-01-02T01:00:00.000Z', '23 hours ago'],
    ['2026-01-01T00:00:00.000Z', '2 days ago'],
    ['2027-01-01T00:00:00.000Z', 'just now'],
  ])('%s is %s', (iso, text) => {
    expect(agoText(iso, Date.parse('2026-01-03T00:00:00.000Z'))).toBe(text);
  });
  it('rows, with what changed where that is known', () => {
    expect(rowsText({ added: 1200, removed: 3 })).toBe('+1,200 −3 rows');
    expect(rowsText({ added: 0, removed: 0, changed: 5 })).toBe('+0 −0 rows, 5 changed');
  });
});
