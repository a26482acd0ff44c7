import { createHash } from 'node:crypto';
import {
  closeSync,
  copyFileSync,
  linkSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

import { inTurn, median, ms } from './measure.mjs';

const require = createRequire(import.meta.url);
const { WorkspaceRig } = require('../../packages/testing/dist/index.js');
const { openFolderStore } = require('../../packages/core/dist/adapters/store-fs/index.js');

/*
 * What "restoring a model" costs. The train step itself moves no model: it is restored by writing a manifest, and the
 * model stays in the store until a step reads it. Then it is placed (a reflink where the file system has them, else a
 * hard link, else a copy), and whichever it is, every byte is hashed before the command sees it: a store that served
 * damaged weights unseen would be fast and useless.
 *
 * So the peer is the least that does the same work: the placement that nx-ml really used, and one plain SHA-256 of the
 * file. A link and a copy without verification are shown beside it for the record, as are whole Nx runs with a model of
 * 1 GB and of 1 kB: their difference is what the size costs.
 */
export const title =
  'a 1 GB model brought, verified, to the step that reads it, beside one link (or copy) of it and one SHA-256';
export const target = 1.5;

const sizes = { big: 1_000_000_000, small: 1_000 };

export async function measure(say) {
  const rig = await WorkspaceRig.create();
  try {
    rig.write({ ...model('big'), ...model('small') });
    await rig.tasks(['run-many', '-t', 'evaluate']);
    const stored = await openFolderStore({ root: join(rig.home, '.cache/nx-ml/store') });
    const ref = JSON.parse(rig.read('.nx-ml/manifests/big/train.manifest.json')).runs[0].outputs.model;
    const object = objectOf(rig, ref.digest);
    const target = join(rig.home, 'placed');
    const clear = () => rmSync(target, { recursive: true, force: true });
    const place = async () => {
      clear();
      await stored.objects.materialise(ref, target);
    };
    await place();
    const isLinked = statSync(join(target, 'model.bin')).ino === statSync(object).ino;
    const link = () => {
      clear();
      linkSync(object, target);
    };
    const copy = () => {
      clear();
      copyFileSync(object, target);
    };
    const same = isLinked ? link : copy;
    const { a, b, ratio } = await inTurn(
      place,
      () => {
        same();
        sha256(target);
      },
      5,
    );
    const row = (name, time) => say(`${name.padEnd(36)}${ms(time)}`);
    row(`nx-ml: ${isLinked ? 'linked' : 'copied'} and verified`, a);
    row(`one ${isLinked ? 'hard link' : 'copy'} and one SHA-256`, b);
    row('one hard link, nothing verified', await medianOf(link));
    row('one copy, nothing verified', await medianOf(copy));
    clear();
    for (const [name, size] of Object.entries(sizes)) {
      const label = size === sizes.big ? '1 GB' : '1 kB';
      row(`nx run train, restored, ${label}`, await medianOf(() => trainRestored(rig, name)));
      row(`nx run evaluate, reads it, ${label}`, await medianOf(() => evaluated(rig, name)));
    }
    return ratio;
  } finally {
    await rig.dispose();
  }
}

function model(name) {
  return {
    [`models/${name}/ml.yaml`]: `kind: model
train:
  command: head -c ${sizes[name]} /dev/urandom > {outputs.model}/model.bin
  metrics: optional
evaluate:
  command: test -s {inputs.model}/model.bin && true 0
  metrics: optional
`,
  };
}

/** The plainest way that there is: a megabyte at a time. */
function sha256(path) {
  const hash = createHash('sha256');
  const block = Buffer.allocUnsafe(1_000_000);
  const file = openSync(path, 'r');
  for (let read = readSync(file, block); read > 0; read = readSync(file, block))
    hash.update(block.subarray(0, read));
  closeSync(file);
  return hash.digest('hex');
}

/** The one file of the model, in the store. */
function objectOf(rig, digest) {
  const objects = join(rig.home, '.cache/nx-ml/store/objects/sha256');
  const path = (text) => join(objects, text.slice(7, 9), text.slice(9));
  const { entries } = JSON.parse(readFileSync(path(digest), 'utf8'));
  return path(entries[0].digest);
}

async function trainRestored(rig, name) {
  expectState(await rig.tasks(['run', `${name}:train`, '--skip-nx-cache']), `${name}:train`, 'restored');
}

/** Another command each time, so that it runs; the model is the same. */
async function evaluated(rig, name) {
  rig.edit(`models/${name}/ml.yaml`, (text) => text.replace(/true (\d+)/, (_, n) => `true ${Number(n) + 1}`));
  expectState(await rig.tasks(['run', `${name}:evaluate`]), `${name}:evaluate`, 'executed');
}

function expectState(states, task, wanted) {
  if (states[task] !== wanted) throw new Error(`${task} was ${states[task]}, not ${wanted}`);
}

async function medianOf(run) {
  await run();
  const times = [];
  for (let round = 0; round < 3; round += 1) {
    const started = performance.now();
    await run();
    times.push(performance.now() - started);
  }
  return median(times);
}
