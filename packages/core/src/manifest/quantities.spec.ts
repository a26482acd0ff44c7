import { parseBytes, parseDuration } from './quantities.js';

describe('parseDuration', () => {
  it.each([
    ['90s', 90_000],
    ['30m', 1_800_000],
    ['2h', 7_200_000],
    ['1.5h', 5_400_000],
    ['0.5s', 500],
    ['24d', 2_073_600_000],
  ])('%s is %i ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each([
    '',
    '90',
    '90 s',
    '90S',
    '1h30m',
    '0s',
    '0.0001s',
    '-1s',
    '1e3s',
    '25d',
    '24.1d',
    's',
    '.5h',
    '1.h',
  ])('%p is no duration', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  it('never gives more than a timer of Node can count', () => {
    expect(parseDuration('24d')).toBeLessThan(2 ** 31);
  });
});

describe('parseBytes', () => {
  it.each([
    ['512MB', 512_000_000],
    ['8GB', 8_000_000_000],
    ['8GiB', 8_589_934_592],
    ['1.5KiB', 1536],
    ['0B', 0],
    [1024, 1024],
    [0, 0],
  ])('%p is %i bytes', (value, bytes) => {
    expect(parseBytes(value)).toBe(bytes);
  });

  it.each(['8G', '8Gi', '8 GB', '8gb', 'GB', '-1GB', '0.5B', '99999TB', '1e3MB', 1.5, -1, NaN, 2 ** 53])(
    '%p is no amount of memory',
    (value) => {
      expect(parseBytes(value)).toBeUndefined();
    },
  );
});
