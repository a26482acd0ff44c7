import { isWithin } from './versions.js';

describe('isWithin', () => {
  it.each([
    ['23.0.2', true],
    ['23.10.0', true],
    ['24.0.0-beta.1', true],
    ['v24.99.99', true],
    ['23.0.1', false],
    ['3.99.0', false],
    ['25.0.0', false],
    ['latest', false],
  ])('%s from 23.0.2 up to 25: %s', (version, expected) => {
    expect(isWithin(version, '23.0.2', '25')).toBe(expected);
  });

  it('knows no upper end where none is given', () => {
    expect(isWithin('99.0', '20.19.0')).toBe(true);
  });
});
