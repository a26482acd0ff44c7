#!/usr/bin/env node
import { isMlError } from '@nx-ml/core/kernel';

import { errorText } from '../report/error-text.js';
import { runCli } from './run-cli.js';
import { spareMemory } from './spare-memory.js';

spareMemory();

runCli(process.argv.slice(2), { write: (text) => process.stdout.write(text), cwd: process.cwd() }).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(errorText(error));
    // 2: used wrongly; 1: something that the user can mend; a bug keeps Node's own way out.
    process.exitCode = isMlError(error) && error.code === 'ERR_ML_USAGE' ? 2 : 1;
  },
);
