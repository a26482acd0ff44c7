import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { errorCodes } from './error-codes.js';

describe('docs/errors.md', () => {
  const rows = readFileSync(join(__dirname, '../../../../docs/errors.md'), 'utf8')
    .split('\n')
    .flatMap((line) => {
      const match = /^\| `(ERR_ML_[A-Z_]+)` \| (.*) \|$/.exec(line);
      return match === null ? [] : [[match[1], match[2]]];
    });

  it('lists exactly the codes of the table, with the same words (npm run docs)', () => {
    expect(Object.fromEntries(rows)).toEqual(errorCodes);
    expect(rows).toHaveLength(Object.keys(errorCodes).length);
  });
});
