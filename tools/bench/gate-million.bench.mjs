import { execFileSync } from 'node:child_process';
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';

import { median, ms } from './measure.mjs';

export const title = 'a verdict on 1,000,000 pairs, from what was read to the bytes of its document';
/** Of one second; the memory is at most 300 MB beyond reading. */
export const target = 1;

const pairs = 1_000_000;
const child = fileURLToPath(new URL('gate-million-child.mjs', import.meta.url));
const plain = {
  guardrails: [],
  floors: [{ test: 'floor', metric: 'accuracy', limit: 'min', value: 0.8, slice: null }],
  alpha: 0.05,
  budget: null,
  power: 0.8,
  disclosure: 'full',
  testSet: null,
  seed: null,
  negativeControl: false,
};
const byAccuracy = {
  ...plain,
  primary: { test: 'superiority', metric: 'accuracy', minEffect: 0.01, better: 'higher' },
};
const questions = {
  'accuracy, a floor': byAccuracy,
  'accuracy, a floor, four slices': {
    ...byAccuracy,
    guardrails: [
      { test: 'non-inferiority', metric: 'accuracy', margin: 0.05, better: 'higher', slice: 'lang=*' },
    ],
  },
  'a loss, a floor': {
    ...plain,
    primary: { test: 'superiority', metric: 'loss', minEffect: 0.01, better: 'lower' },
  },
};

export async function measure(say) {
  const folder = mkdtempSync(`${tmpdir()}/nx-ml-million-`);
  try {
    const files = [`${folder}/candidate.jsonl`, `${folder}/baseline.jsonl`];
    for (const [index, file] of files.entries()) await writePredictions(file, index);
    let slowest = 0;
    for (const [name, policy] of Object.entries(questions)) {
      const runs = Array.from({ length: 3 }, () => judgeOnce(policy, files));
      const time = median(runs.map(({ milliseconds }) => milliseconds));
      const memory = Math.max(...runs.map(({ before, highest }) => highest - before)) / 1e6;
      if (!runs.every(({ same }) => same))
        throw new Error(`${name}: two verdicts on the same evidence differ`);
      if (memory > 300)
        throw new Error(`${name}: ${memory.toFixed(0)} MB beyond reading, and 300 are asked for`);
      say(
        `${name.padEnd(34)}${ms(time)}  ${memory.toFixed(0).padStart(4)} MB beyond reading, the same bytes twice`,
      );
      slowest = Math.max(slowest, time);
    }
    return slowest / 1000;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function judgeOnce(policy, files) {
  const output = execFileSync(process.execPath, ['--expose-gc', child, JSON.stringify(policy), ...files], {
    encoding: 'utf8',
  });
  return JSON.parse(output);
}

/** The candidate is right on a half point more; both say how sure they are. */
async function writePredictions(file, index) {
  const out = createWriteStream(file);
  let lines = '';
  for (let id = 0; id < pairs; id += 1) {
    const chance = ((id * 2_654_435_761 + index * 40_503) % 4_294_967_296) / 4_294_967_296;
    const isRight = chance < 0.9 - index * 0.005;
    const loss = Math.round((isRight ? chance : 1 + chance) * 1e6) / 1e6;
    lines += `{"id":"mail-${id}","slice":{"lang":"${['de', 'en', 'fr', 'it'][id % 4]}"},"label":"spam","prediction":"${isRight ? 'spam' : 'ham'}","loss":${loss}}\n`;
    if (lines.length < 1_000_000) continue;
    if (!out.write(lines)) await once(out, 'drain');
    lines = '';
  }
  out.end(lines);
  await once(out, 'close');
}
