import fc from 'fast-check';

import { portableNumber, pythonNumber } from './number-text.js';

describe('numbers as Python writes them', () => {
  // Each is what Python 3 prints for repr() of the number.
  it.each([
    [0, '0'],
    [0.1, '0.1'],
    [0.0001, '0.0001'],
    [0.00001, '1e-05'],
    [1.5e-7, '1.5e-07'],
    [-2.5e-300, '-2.5e-300'],
    [123456789, '123456789'],
    [1e16, '1e+16'],
    [1.25e22, '1.25e+22'],
  ])('%d is %s', (value, text) => {
    expect(pythonNumber(value)).toBe(text);
  });

  it('are the same number again, and portable ones are floats to YAML 1.1 too', () => {
    // The float of YAML 1.1 as PyYAML resolves it, and its decimal integer.
    const yaml11 = /^[-+]?(?:\d[\d_]*\.[\d_]*(?:[eE][-+]\d+)?|0|[1-9]\d*)$/;
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const number = value === 0 ? 0 : value;
        expect(Number(pythonNumber(number))).toBe(number);
        expect(Number(portableNumber(number))).toBe(number);
        expect(portableNumber(number)).toMatch(yaml11);
      }),
    );
  });
});
