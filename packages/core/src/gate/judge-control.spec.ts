import type { Sample } from '../evaluation/index.js';
import { onPrimary } from './testing/judged.js';
import { auc, binary, f1Table, mean, normals } from './testing/samples.js';

describe('the negative control', () => {
  it('finds nothing wrong with the tests there are', () => {
    for (const sample of [binary(5000, 400, 200), mean(normals(800, 0.5)), auc(400, 2, 1)]) {
      const found = onPrimary(sample, { negativeControl: true });
      expect(found.control).toMatchObject({ tried: 5, broken: false });
      expect(found.state).toBe('pass');
    }
  });

  it('holds candidates of chance in a table, and is not there where it does not tell what belongs together', () => {
    const table = f1Table([900, 40, 20, 10, 20, 20, 250, 740]);
    expect(onPrimary(table, { negativeControl: true }).control).toEqual({
      tried: 5,
      passed: 0,
      broken: false,
    });
    const untold = { ...table, exchanged: undefined };
    expect(onPrimary(untold as unknown as Sample, { negativeControl: true }).control).toBeNull();
    expect(onPrimary(binary(5000, 400, 200)).control).toBeNull();
  });
});
