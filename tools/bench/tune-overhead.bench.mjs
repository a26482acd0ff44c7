import { spawnSync } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

import { ms } from './measure.mjs';

const require = createRequire(import.meta.url);
const { WorkspaceRig } = require('../../packages/testing/dist/index.js');

export const title =
  'milliseconds that a trial costs beyond its bare command, 1,000 trials by TPE, as a part of 30 ms; and a study of 10,000 trials opened, as a part of 1 s: the larger of the two';
export const target = 1;

const count = 1000;
const limitMs = 30;
const many = 10_000;
const openLimitMs = 1000;

const yaml = `kind: model
params: { x: 0.5, y: 0.5, kind: a }
train:
  command: test -f train.mjs && echo {params.x} > {outputs.model}/m && printf '{"loss":%s}' {params.x} > {outputs.metrics}
tune:
  space:
    x: { float: [0.001, 10], log: true }
    y: { float: [0, 1] }
    kind: [a, b, c]
  objective: { metric: loss, step: train }
  trials: ${count}
`;

export async function measure(say) {
  const rig = await WorkspaceRig.create({ quick: true });
  try {
    rig.write({
      'models/m/ml.yaml': yaml,
      'models/m/train.mjs': "import { readFileSync } from 'node:fs';\nreadFileSync(process.env.ML_RUN);\n",
    });
    rig.commitAll('start');
    const tune = (args = []) => timed(() => runCli(rig, ['tune', 'm', ...args]));
    await tune(['--trials=10']);
    const first = await tune(['--trials=100']);
    const rest = await tune();
    const known = await tune();
    const bare = timedSync(() => bareCommands(rig.root, count - 100));
    const overhead = (rest - known - bare) / (count - 100);
    say(
      `10 to 100: ${ms(first)}  100 to 1,000: ${ms(rest)}  finished again: ${ms(known)}  bare commands ${ms(bare)}  overhead ${overhead.toFixed(1)} ms a trial`,
    );
    const open = await openMany(rig, say);
    return Math.max(overhead / limitMs, open / openLimitMs);
  } finally {
    await rig.dispose();
  }
}

/** A study as 10,000 trials leave it, opened in a process of its own: the median of five. */
async function openMany(rig, say) {
  const child = (...args) => {
    const file = new URL('./tune-open-child.mjs', import.meta.url).pathname;
    const { status, stdout, stderr } = spawnSync(process.execPath, [file, join(rig.home, 'many'), ...args], {
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(stderr);
    return Number(stdout);
  };
  child('fill', String(many));
  const times = Array.from({ length: 5 }, () => child('open', String(many))).sort((a, b) => a - b);
  say(`a study of 10,000 trials opened in ${times.map((time) => ms(time).trim()).join(', ')}`);
  return times[2];
}

async function runCli(rig, args) {
  const main = realpathSync(join(rig.root, 'node_modules/.bin/nx-ml'));
  const { status, stderr } = spawnSync(process.execPath, [main, ...args], {
    cwd: rig.root,
    env: rig.environment(),
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
}

/** The same commands, one after the other, by nothing but a shell. */
function bareCommands(cwd, times) {
  const one = `sh -c 'test -f nx.json && echo 1 > .bare && printf 1 > .bare'`;
  const { status } = spawnSync('sh', ['-c', `for i in $(seq ${times}); do ${one}; done`], { cwd });
  if (status !== 0) throw new Error('the bare commands failed');
}

async function timed(run) {
  const started = performance.now();
  await run();
  return performance.now() - started;
}

function timedSync(run) {
  const started = performance.now();
  run();
  return performance.now() - started;
}
