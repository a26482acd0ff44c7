import fc from 'fast-check';

import type { JsonObject } from '../../kernel/index.js';
import { partParams, withValues } from './trial-params.js';

const base: JsonObject = { x: 1, optimizer: { rate: 0.1, name: 'sgd' }, note: 'kept' };
const names = ['x', 'optimizer.rate', 'gamma', 'deep.er'];

describe('withValues', () => {
  it('puts values where the parameters were, in their order, and makes maps for new ones', () => {
    const params = withValues(base, names, { x: 2, 'optimizer.rate': 1, gamma: 3, 'deep.er': 4 });
    expect(JSON.stringify(params)).toBe(
      '{"x":2,"optimizer":{"rate":1,"name":"sgd"},"note":"kept","gamma":3,"deep":{"er":4}}',
    );
  });

  it('takes away what has no value: a parameter that does not exist is not there', () => {
    expect(withValues(base, names, { gamma: 1 })).toEqual({
      optimizer: { name: 'sgd' },
      note: 'kept',
      gamma: 1,
    });
    expect(withValues({ optimizer: { rate: 1 } }, names, {})).toEqual({});
  });

  it('comes apart again into what was put together', () => {
    const value = fc.option(fc.integer(), { nil: undefined });
    fc.assert(
      fc.property(value, value, value, (x, rate, gamma) => {
        const all = { x, 'optimizer.rate': rate, gamma };
        const values = Object.fromEntries(
          Object.entries(all).flatMap(([name, one]) => (one === undefined ? [] : [[name, one]])),
        );
        const parted = partParams(withValues(base, names, values), names);
        expect(parted).toEqual({ values, others: partParams(base, names).others });
      }),
    );
  });
});
