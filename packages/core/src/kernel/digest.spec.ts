import { digestOf, hexOf, isDigest, parseDigest, shortDigest } from './digest.js';
import { failureOf } from './testing/failure-of.js';

// FIPS 180-4: SHA-256 of "abc".
const abc = 'sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';

describe('digest', () => {
  it('is SHA-256 of the bytes', () => {
    expect(digestOf('abc')).toBe(abc);
    expect(digestOf(Buffer.from('abc'))).toBe(abc);
  });

  it('shows twelve hex digits to people', () => {
    expect(shortDigest(parseDigest(abc))).toBe('ba7816bf8f01');
    expect(hexOf(parseDigest(abc))).toHaveLength(64);
  });

  it.each([
    '',
    'sha256:',
    abc.toUpperCase(),
    abc.slice(0, -1),
    `${abc}0`,
    ` ${abc}`,
    abc.replace('sha256', 'md5'),
  ])('refuses %j', (text) => {
    expect(isDigest(text)).toBe(false);
    expect(failureOf(() => parseDigest(text)).code).toBe('ERR_ML_DIGEST_INVALID');
  });
});
