import { allRows } from './service-faults/all-rows.js';
import { describeFaults } from './service-faults/describe-faults.js';

describeFaults(allRows);
