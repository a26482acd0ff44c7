// Writes docs/errors.md from the table of error codes. Run after a build; a spec fails when the two differ.
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const { errorCodes } = createRequire(import.meta.url)('../../packages/core/dist/kernel/index.js');

const rows = Object.entries(errorCodes).map(([code, meaning]) => `| \`${code}\` | ${meaning} |`);
const text = [
  '# Errors',
  '',
  'Every failure that you can mend has a code. It is printed with what happened and where, and the mend on the last line.',
  '',
  '| code | meaning |',
  '| --- | --- |',
  ...rows,
  '',
].join('\n');
writeFileSync(new URL('../../docs/errors.md', import.meta.url), text);
