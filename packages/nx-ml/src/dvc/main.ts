#!/usr/bin/env node
import { isMlError } from '@nx-ml/core/kernel';

import { errorText } from '../report/error-text.js';
import { runDvc } from './index.js';

runDvc(process.argv.slice(2), {
  write: (text) => process.stdout.write(text),
  note: (text) => process.stderr.write(text),
  cwd: process.cwd(),
  runDocument: process.env['ML_RUN'],
}).catch((error: unknown) => {
  process.stderr.write(errorText(error));
  process.exitCode = isMlError(error) && error.code === 'ERR_ML_USAGE' ? 2 : 1;
});
