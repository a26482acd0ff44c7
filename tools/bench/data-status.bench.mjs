import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { repo } from '../lib/set-up.mjs';
import { inTurn, ms } from './measure.mjs';

export const title =
  'nx-ml data status with no change on 20,000 files, beside git status of the same files in git';
export const target = 8;

const program = join(repo, 'packages/nx-ml/dist/cli/main.js');

/** NX_ML_BENCH_HUGE=1 shows how it grows, on 1,000,000 files of a few bytes: 4 GB of disk and some minutes. */
export async function measure(say) {
  const ratio = await compare(20_000, 7, say);
  if (process.env['NX_ML_BENCH_HUGE'] === '1') await grow(1_000_000, say);
  return ratio;
}

async function compare(count, rounds, say) {
  const folder = mkdtempSync(join(tmpdir(), 'nx-ml-bench-'));
  try {
    const [ours, plain] = [workspace(folder, 'ours', count), workspace(folder, 'git', count)];
    const store = { ...process.env, NX_ML_STORE: join(folder, 'store') };
    run(ours, [process.execPath, program, 'data', 'add', 'data'], store);
    run(plain, ['git', 'add', '.'], store);
    await settle();
    const status = () => expectClean(run(ours, [process.execPath, program, 'data', 'status'], store));
    const { a, b, ratio } = await inTurn(status, () => run(plain, ['git', 'status'], store), rounds);
    const { a: start } = await inTurn(
      () => run(ours, [process.execPath, '-e', '0'], store),
      () => undefined,
      3,
    );
    say(`nx-ml data status   ${ms(a)}   (at most 300)`);
    say(`git status          ${ms(b)}`);
    say(`Node's start alone  ${ms(start)}`);
    if (a > 300) say('slower than the 0.3 s that the whole process may take');
    return ratio;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Nothing is stored, which would take as many files again: what counts here is the look. */
async function grow(count, say) {
  const folder = mkdtempSync(join(tmpdir(), 'nx-ml-bench-'));
  try {
    const root = workspace(folder, 'huge', count);
    const env = { ...process.env, NX_ML_STORE: join(folder, 'store') };
    writeFileSync(
      join(root, 'data.ref.json'),
      pointerText({ digest: `sha256:${'0'.repeat(64)}`, files: count, kind: 'tree', size: 0 }),
    );
    const args = [process.execPath, program, 'data', 'status', '--json'];
    await settle();
    const first = timed(() => run(root, args, env));
    say(`${count.toLocaleString('en-US')} files, all read   ${ms(first.time)}`);
    const { now } = JSON.parse(first.value);
    writeFileSync(join(root, 'data.ref.json'), pointerText(now));
    const times = [1, 2, 3].map(() => timed(() => run(root, args, env)).time);
    say(`${count.toLocaleString('en-US')} files, unchanged  ${ms(Math.min(...times))}   (at most 10,000)`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A thousand files a folder. */
function workspace(folder, name, count) {
  const root = join(folder, name);
  for (let index = 0; index < count; index += 1) {
    const part = join(root, 'data', String(Math.floor(index / 1000)));
    if (index % 1000 === 0) mkdirSync(part, { recursive: true });
    writeFileSync(join(part, `${index}.txt`), `${index}`);
  }
  writeFileSync(join(root, 'nx.json'), '{}\n');
  execFileSync('git', ['init', '--quiet'], { cwd: root });
  return root;
}

/** Files that were touched just now are read again, by us and by git. */
function settle() {
  return new Promise((resolve) => setTimeout(resolve, 2500));
}

function run(cwd, [command, ...args], env) {
  return execFileSync(command, args, { cwd, env, encoding: 'utf8', maxBuffer: 1e9 });
}

function expectClean(text) {
  if (!text.startsWith('All data is as its pointer says')) throw new Error(text);
}

function timed(action) {
  const started = performance.now();
  const value = action();
  return { value, time: performance.now() - started };
}

function pointerText(ref) {
  const { digest, files, kind, size } = ref;
  return `${JSON.stringify({ digest, files, formatVersion: 1, kind, size }, null, 2)}\n`;
}
