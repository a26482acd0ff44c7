import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { repo } from '../lib/set-up.mjs';
import { inTurn, ms } from './measure.mjs';
import { isInstalled } from './store-peers.mjs';

export const title =
  'nx-ml commands with next to nothing to do, beside the start of Node; the worst of them counts';
/** store du, the worst, starts git eight times beside; the others stay below 3. */
export const target = 3.5;

const program = join(repo, 'packages/nx-ml/dist/cli/main.js');
/** At most so many milliseconds where Node starts in 60. */
const commands = [
  { args: ['--help'], limit: 120 },
  { args: ['data', 'status'], limit: 150 },
  { args: ['data', 'add', 'rows.csv'], limit: 180 },
  { args: ['store', 'status'], limit: 180 },
  { args: ['store', 'du'], limit: 180 },
];
const peers = [
  ['git', '--version'],
  ['git', 'lfs', 'version'],
  ['git', 'annex', 'version'],
  ['dvc', '--version'],
];

export async function measure(say) {
  // As it is published: see docs/adr/0021-start.md.
  execFileSync(process.execPath, [join(repo, 'tools/pack/core.mjs')]);
  const folder = mkdtempSync(join(tmpdir(), 'nx-ml-bench-'));
  try {
    return await compare(folder, say);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function compare(cwd, say) {
  const env = { ...process.env, NX_ML_STORE: join(cwd, '.store') };
  const start = (command, args) => () => execFileSync(command, args, { cwd, env });
  const node = start(process.execPath, ['-e', '0']);
  writeFileSync(join(cwd, 'nx.json'), '{}\n');
  writeFileSync(join(cwd, 'rows.csv'), 'a,b\n1,2\n');
  start('git', ['init', '--quiet'])();
  start(process.execPath, [program, 'data', 'add', 'rows.csv'])();
  const ratios = [];
  for (const { args, limit } of commands) {
    // The first of what a user does; to find that nothing changed takes less.
    const changed = () => writeFileSync(join(cwd, 'rows.csv'), `a,b\n${String(performance.now())}\n`);
    const run = start(process.execPath, [program, ...args]);
    const { a, b, ratio } = await inTurn(args[1] === 'add' ? () => (changed(), run()) : run, node, 15);
    say(
      `${`nx-ml ${args.join(' ')}`.padEnd(24)}${ms(a)}  ${ratio.toFixed(2)} of Node's ${b.toFixed(0)} ms   (at most ${limit})`,
    );
    ratios.push(ratio);
  }
  for (const [command, ...args] of peers.filter(([command, ...args]) => isInstalled(command, args))) {
    const { a } = await inTurn(start(command, args), node, 5);
    say(`${[command, ...args].join(' ').padEnd(24)}${ms(a)}`);
  }
  return Math.max(...ratios);
}
