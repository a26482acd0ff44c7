import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

import { randomFile, runQuietly, scratchFolder } from './large-file.mjs';
import { median, ms } from './measure.mjs';
import { CacheServer } from './peers/cache-server.mjs';

const require = createRequire(import.meta.url);
const core = (name) => require(`../../packages/core/dist/${name}/index.js`);
const { openRemote } = require('../../packages/nx-ml/dist/open-remote.js');
const { WorkspaceRig } = require('../../packages/testing/dist/index.js');

/*
 * A model of 1 GB comes to a clone that has nothing, from one and the same server: as an object of the store, and as an
 * output of a task in Nx's own remote cache. Ours is timed from the start of its process until the model, verified, stands
 * at its place. Of Nx the time of the same run with a model of 1 kB is taken off, so that what Nx costs by itself, on
 * starting and hashing, is not held against it.
 */
export const title = 'a model of 1 GB brought to a fresh clone by the store, beside Nx’s own remote cache';
export const target = 0.25;

const gigabyte = 1_000_000_000;
const rounds = 3;
const mostMemory = 150;

export async function measure(say) {
  const folder = scratchFolder();
  const server = await CacheServer.start(join(folder, 'server'));
  const rig = await WorkspaceRig.create();
  try {
    const model = join(folder, 'model.bin');
    await randomFile(model, gigabyte);
    const ours = await storeOf(folder, model, server);
    const theirs = await cacheOf(rig, model, server);
    const times = { pull: [], large: [], small: [] };
    let memory = 0;
    for (let round = 0; round <= rounds; round += 1) {
      const pull = await timed(async () => {
        memory = Math.max(memory, Number(await ours.bring(round)));
      });
      const large = await timed(() => theirs.restore('large'));
      const small = await timed(() => theirs.restore('small'));
      // The first of them warms up.
      if (round > 0)
        for (const [name, time] of Object.entries({ pull, large, small })) times[name].push(time);
    }
    say(`store, from the start of the process  ${ms(median(times.pull))}`);
    say(`nx, a task with 1 GB of output        ${ms(median(times.large))}`);
    say(`nx, the same with 1 kB                ${ms(median(times.small))}`);
    say(`most memory of the store’s client     ${String(memory).padStart(7)} MB of ${mostMemory}`);
    say(`pushed to the store in ${ms(ours.pushed)}, to Nx’s cache in ${ms(theirs.pushed)}`);
    if (memory > mostMemory) return Infinity;
    return median(times.pull.map((time, index) => time / (times.large[index] - times.small[index])));
  } finally {
    await server.stop();
    await rig.dispose();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The model as an object that was pushed. */
async function storeOf(folder, model, { origin, token }) {
  const root = join(folder, 'pushed-from');
  mkdirSync(root);
  const { objects: store } = await core('adapters/store-fs').openFolderStore({ root });
  const ref = await store.putFile(model);
  const { applyPush, planPush } = core('usecases/transfer');
  const remote = await openRemote(origin, root, { NX_ML_TOKEN: token });
  const pushed = await timed(async () => {
    const deps = { store, remote };
    await applyPush(await planPush([ref], deps), deps);
  });
  const child = new URL('ci-model-child.mjs', import.meta.url).pathname;
  const bring = async (round) => {
    const clone = join(folder, `clone-${round}`);
    mkdirSync(clone);
    const target = join(clone, 'model.bin');
    const env = { ...process.env, NX_ML_TOKEN: token };
    const args = [child, origin, clone, JSON.stringify(ref), target];
    const memory = await runQuietly(process.execPath, args, { env });
    rmSync(clone, { recursive: true, force: true });
    return memory;
  };
  return { pushed, bring };
}

/** The model as what a task made, and a clone that knows of it nothing but the hash. */
async function cacheOf(rig, model, { origin, token }) {
  const small = join(rig.home, 'small.bin');
  writeFileSync(small, 'x'.repeat(1000));
  copyFileSync(model, join(rig.home, 'large.bin'));
  const target = (name) => ({
    executor: 'nx:run-commands',
    cache: true,
    outputs: ['{projectRoot}/out'],
    options: {
      command: `mkdir -p ${name}/out && cp ${join(rig.home, `${name}.bin`)} ${name}/out/model.bin`,
    },
  });
  rig.write({
    'nx.json': JSON.stringify({ neverConnectToCloud: true }),
    '.gitignore': 'node_modules\n.nx\nout\n',
    ...Object.fromEntries(
      ['large', 'small'].map((name) => [
        `${name}/project.json`,
        JSON.stringify({ name, targets: { train: target(name) } }),
      ]),
    ),
  });
  const run = async (name) => {
    const env = {
      NX_SELF_HOSTED_REMOTE_CACHE_SERVER: origin,
      NX_SELF_HOSTED_REMOTE_CACHE_ACCESS_TOKEN: token,
    };
    const { code, output } = await rig.nx(['run', `${name}:train`, '--output-style=static'], { env });
    if (code !== 0) throw new Error(output);
    return output;
  };
  const forget = () => {
    rig.forgetNx();
    for (const name of ['large', 'small']) rig.remove(`${name}/out`);
  };
  const pushed = await timed(() => run('large'));
  await run('small');
  return {
    pushed,
    restore: async (name) => {
      forget();
      const output = await run(name);
      if (!output.includes('[remote cache]')) throw new Error(`no hit: ${output}`);
    },
  };
}

async function timed(run) {
  const started = performance.now();
  await run();
  return performance.now() - started;
}
