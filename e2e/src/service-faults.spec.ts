import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { allRows, quickRows } from './service-faults/all-rows.js';
import { describeFaults } from './service-faults/describe-faults.js';
import { faultTable, withoutPadding } from './service-faults/fault-table.js';

// All of the table is service-faults.long.spec.ts.
describeFaults(quickRows);

it('is the table of the docs', () => {
  const page = readFileSync(join(__dirname, '../../docs/design/deploy.md'), 'utf8');
  expect(withoutPadding(page)).toContain(withoutPadding(faultTable(allRows)));
});
