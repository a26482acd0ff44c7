import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

import { runQuietly, scratchFolder, weightsFile } from './large-file.mjs';
import { median, ms } from './measure.mjs';
import { CacheServer } from './peers/cache-server.mjs';

const require = createRequire(import.meta.url);
const core = (name) => require(`../../packages/core/dist/${name}/index.js`);
const { openRemote } = require('../../packages/nx-ml/dist/open-remote.js');
const { WorkspaceRig } = require('../../packages/testing/dist/index.js');

/*
 * A clone that has nothing evaluates a model of 1 GB that another machine trained: `nx run large:evaluate`, from the start of Nx to its
 * end, twice over one and the same server. Plain Nx restores the output of `train` from its remote cache. nx-ml has the manifest
 * from there, and the model from the store, when the step reads it: verified, and linked to where the step finds it. The model is what
 * weights are, which gzip, and so Nx's cache, has work with. Each run is made with a model of 1 kB too: the ratio is of what the gigabyte adds, for
 * the start of Nx and of the step is no way of a model. The whole runs are told beside it.
 */
export const title =
  'a model of 1 GB evaluated in a fresh clone, from the store, beside plain Nx and its remote cache';
export const target = 0.25;

const gigabyte = 1_000_000_000;
const rounds = 3;
const mostMemory = 150;

export async function measure(say) {
  const folder = scratchFolder();
  const server = await CacheServer.start(join(folder, 'server'));
  const rigs = [await WorkspaceRig.create(), await WorkspaceRig.create()];
  try {
    const large = join(folder, 'large.bin');
    const small = join(folder, 'small.bin');
    await weightsFile(large, gigabyte);
    writeFileSync(small, 'x'.repeat(1000));
    const alone = await transferOf(folder, large, server);
    const ours = await withNxMl(rigs[0], { large, small }, server);
    const theirs = await withNx(rigs[1], { large, small }, server);
    const of = ({ forget, evaluate }, name) => ({ forget, run: () => evaluate(name) });
    const runs = {
      ours: of(ours, 'large'),
      theirs: of(theirs, 'large'),
      oursSmall: of(ours, 'small'),
      theirsSmall: of(theirs, 'small'),
      transfer: alone,
    };
    const times = await inTurns(runs);
    const row = (label, name) => say(`${label.padEnd(40)}${ms(median(times[name]))}`);
    row('nx-ml, a model of 1 GB', 'ours');
    row('plain Nx, a model of 1 GB', 'theirs');
    row('nx-ml, a model of 1 kB', 'oursSmall');
    row('plain Nx, a model of 1 kB', 'theirsSmall');
    const added = median(times.ours.map((time, index) => time - times.oursSmall[index]));
    const theirsAdded = median(times.theirs.map((time, index) => time - times.theirsSmall[index]));
    say(
      `what the model adds to the run           ${ms(added)}, with plain Nx ${ms(theirsAdded)}: ${(added / theirsAdded).toFixed(2)} x`,
    );
    row('the transfer of 1 GB by itself', 'transfer');
    say(`most memory of that                     ${String(alone.memory()).padStart(7)} MB of ${mostMemory}`);
    say(`trained and pushed with nx-ml in ${ms(ours.pushed)}, with plain Nx in ${ms(theirs.pushed)}`);
    const whole = median(times.ours.map((time, index) => time / times.theirs[index]));
    say(`the whole run takes ${whole.toFixed(2)} x of plain Nx's`);
    return alone.memory() > mostMemory ? Infinity : added / theirsAdded;
  } finally {
    await server.stop();
    for (const rig of rigs) await rig.dispose();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Each once a round, so that a machine that slows down slows all. The first round warms up. */
async function inTurns(runs) {
  const times = Object.fromEntries(Object.keys(runs).map((name) => [name, []]));
  for (let round = 0; round <= rounds; round += 1)
    for (const [name, { forget, run }] of Object.entries(runs)) {
      forget();
      const time = await timed(run);
      forget();
      if (round > 0) times[name].push(time);
    }
  return times;
}

/** The model as an object that was pushed, and a process that brings it into an empty store and from there to its place. */
async function transferOf(folder, model, { origin, token }) {
  const root = join(folder, 'pushed-from');
  mkdirSync(root);
  const { objects: store } = await core('adapters/store-fs').openFolderStore({ root });
  const ref = await store.putFile(model);
  const { applyPush, planPush } = core('usecases/transfer');
  const remote = await openRemote(origin, root, { NX_ML_TOKEN: token });
  await applyPush(await planPush([ref], { store, remote }), { store, remote });
  rmSync(root, { recursive: true, force: true });
  const child = new URL('ci-model-child.mjs', import.meta.url).pathname;
  const clone = join(folder, 'clone');
  let memory = 0;
  const forget = () => rmSync(clone, { recursive: true, force: true });
  const run = async () => {
    mkdirSync(clone);
    const args = [child, origin, clone, JSON.stringify(ref), join(clone, 'model.bin')];
    const env = { ...process.env, NX_ML_TOKEN: token };
    memory = Math.max(memory, Number(await runQuietly(process.execPath, args, { env })));
  };
  return { forget, run, memory: () => memory };
}

/** What trains and evaluates, on both sides: a copy, and a look. */
const programs = (folder) => ({
  [`${folder}/train.mjs`]: `import { copyFileSync, mkdirSync } from 'node:fs';
const [from, to] = process.argv.slice(2);
mkdirSync(to, { recursive: true });
copyFileSync(from, to + '/model.bin');
`,
  [`${folder}/evaluate.mjs`]: `import { statSync } from 'node:fs';
if (statSync(process.argv[2] + '/model.bin').size === 0) process.exit(1);
`,
});

const cacheAt = ({ origin, token }) => ({
  NX_SELF_HOSTED_REMOTE_CACHE_SERVER: origin,
  NX_SELF_HOSTED_REMOTE_CACHE_ACCESS_TOKEN: token,
});

async function withNxMl(rig, models, server) {
  const yaml = (file) => `kind: model
train:
  command: node train.mjs ${file} {outputs.model}
  metrics: optional
evaluate:
  command: node evaluate.mjs {inputs.model} 0
  metrics: optional
`;
  for (const [name, file] of Object.entries(models))
    rig.write({ [`models/${name}/ml.yaml`]: yaml(file), ...programs(`models/${name}`) });
  rig.commitAll('Start');
  const store = join(rig.home, 'store');
  const env = {
    ...cacheAt(server),
    NX_ML_REMOTE: server.origin,
    NX_ML_TOKEN: server.token,
    NX_ML_STORE: store,
  };
  const forget = () => {
    rig.forgetNx();
    rig.remove('.nx-ml');
    rmSync(store, { recursive: true, force: true });
  };
  const pushed = await timed(async () => {
    await rig.tasks(['run', 'large:train'], { env });
    const { code, output } = await rig.cli(['store', 'push'], { env });
    if (code !== 0) throw new Error(output);
  });
  await rig.tasks(['run', 'small:train'], { env });
  await rig.cli(['store', 'push'], { env });
  return {
    pushed,
    forget,
    /** Another command each time, so that it runs; the model is the same. */
    evaluate: async (name) => {
      rig.edit(`models/${name}/ml.yaml`, (text) =>
        text.replace(/(model\} )(\d+)/, (_, before, count) => `${before}${Number(count) + 1}`),
      );
      const states = await rig.tasks(['run', `${name}:evaluate`], { env });
      expectState(states, `${name}:evaluate`, ['executed']);
      expectState(states, `${name}:train`, ['restored', 'hit']);
    },
  };
}

async function withNx(rig, models, server) {
  const project = (name, file) => ({
    name,
    targets: {
      train: {
        executor: 'nx:run-commands',
        cache: true,
        outputs: ['{projectRoot}/out'],
        options: { command: `node ${name}/train.mjs ${file} ${name}/out` },
      },
      evaluate: {
        executor: 'nx:run-commands',
        dependsOn: ['train'],
        options: { command: `node ${name}/evaluate.mjs ${name}/out` },
      },
    },
  });
  rig.write({
    'nx.json': JSON.stringify({ neverConnectToCloud: true }),
    '.gitignore': 'node_modules\n.nx\nout\n',
    ...programs('large'),
    ...programs('small'),
    'large/project.json': JSON.stringify(project('large', models.large)),
    'small/project.json': JSON.stringify(project('small', models.small)),
  });
  rig.commitAll('Start');
  const run = async (args) => {
    const { code, output } = await rig.nx([...args, '--output-style=static'], { env: cacheAt(server) });
    if (code !== 0) throw new Error(output);
    return output;
  };
  const pushed = await timed(() => run(['run', 'large:train']));
  await run(['run', 'small:train']);
  return {
    pushed,
    forget: () => {
      rig.forgetNx();
      for (const each of ['large', 'small']) rig.remove(`${each}/out`);
    },
    evaluate: async (name) => {
      const output = await run(['run', `${name}:evaluate`]);
      if (!output.includes('[remote cache]')) throw new Error(`no hit: ${output}`);
    },
  };
}

function expectState(states, task, wanted) {
  if (!wanted.includes(states[task])) throw new Error(`${task} was ${states[task]}, not ${wanted}`);
}

async function timed(run) {
  const started = performance.now();
  await run();
  return performance.now() - started;
}
