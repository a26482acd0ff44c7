import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { runCase } from './case.js';
import type { ReferenceCase } from './case.js';

const folder = join(__dirname, '../fixtures/references');
const casesOf = (file: string): readonly ReferenceCase[] =>
  JSON.parse(readFileSync(join(folder, file), 'utf8')) as readonly ReferenceCase[];

describe('reference values', () => {
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));

  it('are all there', () => {
    expect(files.flatMap(casesOf)).toHaveLength(402);
  });

  it.each(files)('%s', (file) => {
    const failures = casesOf(file).flatMap((one, index) => {
      const { passed, got } = runCase(one);
      return passed ? [] : [{ index, method: one.method, expected: one.expected, got }];
    });
    expect(failures).toEqual([]);
  });
});
