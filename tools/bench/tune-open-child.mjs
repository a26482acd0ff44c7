// tune-open-child.mjs FOLDER fill|open COUNT: makes a study of so many trials, or prints the milliseconds that it takes to open it.
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(import.meta.url);
const { openFolderStore } = require('../../packages/core/dist/adapters/store-fs/index.js');
const { StudyJournal } = require('../../packages/core/dist/usecases/tune/study-journal.js');

const [folder, what, wanted] = process.argv.slice(2);
const count = Number(wanted);
mkdirSync(folder, { recursive: true });
const started = performance.now();
const { journals } = await openFolderStore({ root: join(folder, 'store'), usedBy: folder });
const clock = { now: () => Date.now(), monotonic: () => performance.now() };
const journal = await StudyJournal.open('m', { journals, clock, workspaceId: 'bench' });
if (what === 'open') {
  if (journal.state.trials.length !== count) throw new Error(`${journal.state.trials.length} trials`);
  console.log(performance.now() - started);
} else for (let trial = 0; trial < count; trial += 1) await journal.append((_, say) => entry(trial, say));

/** As a process writes it that runs one trial after the other. */
function entry(trial, say) {
  if (trial > 0)
    say({
      type: 'told',
      trial: trial - 1,
      state: 'complete',
      seeds: [{ seed: 1, values: [Math.sin(trial)], runs: ['b'.repeat(64)] }],
      ms: 12,
      executed: 1,
    });
  say({
    type: 'asked',
    trial,
    context: 'a'.repeat(64),
    params: { x: Math.cos(trial), y: trial / count, kind: 'a' },
    origin: 'sampler',
    by: '0123abcd.12345.67890123',
  });
}
