import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { manyModels } from './many-models.mjs';
import { inTurn, median, ms } from './measure.mjs';
import { graphOf, writeProjects } from './plain-projects.mjs';
import { make } from './peers/make.mjs';
import { snakemake } from './peers/snakemake.mjs';
import { turborepo } from './peers/turborepo.mjs';

export const title =
  'nx run-many -t train where nothing changed, 1,000 inferred models, beside the same graph written by hand';
export const target = 1.15;

const count = 1000;
const train = ['run-many', '-t', 'train', '--output-style=static'];

export async function measure(say) {
  const inferred = await manyModels(count);
  const plain = await manyModels(count);
  try {
    const graph = await graphOf(inferred);
    const row = (name, time) => say(`${name.padEnd(44)}${ms(time)}`);
    writeProjects(graph, plain);
    const { a, b, ratio } = await besides(inferred, plain);
    row('nx-ml, inferred from ml.yaml', a);
    row('the same targets as project.json, no plugin', b);
    writeProjects(graph, plain, byHand);
    row('shell commands as project.json, no questions', (await besides(inferred, plain)).b);
    for (const peer of [make, snakemake, turborepo]) {
      const { name, time, missing } = timePeer(peer);
      if (missing === undefined) row(name, time);
      else say(`${peer.name} is left out: ${missing}`);
    }
    return ratio;
  } finally {
    await inferred.dispose();
    await plain.dispose();
  }
}

/** Runs both until all is there, then by turns. */
function besides(...rigs) {
  const hit = (rig) => async () => {
    const states = Object.values(await rig.tasks(train));
    if (states.length < count || states.some((state) => state !== 'hit'))
      throw new Error('not all were hits');
  };
  return rigs
    .reduce((before, rig) => before.then(() => rig.tasks(train)), Promise.resolve())
    .then(() => inTurn(...rigs.map(hit), 5));
}

/** As somebody would write it without us: cached shell commands, the usual inputs and none of our own questions. */
function byHand(name, step, { dependsOn }) {
  const out = `.out/${name}.${step}`;
  return {
    executor: 'nx:run-commands',
    options: { command: `mkdir -p .out && echo 1 > ${out}` },
    cache: true,
    inputs: ['default', '^default'],
    outputs: [`{workspaceRoot}/${out}`],
    dependsOn,
  };
}

/** The same 1,000 trainings over ten datasets and one library in another tool; for information. */
function timePeer(peer) {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'nx-ml-peer-')));
  try {
    const { name, run } = peer(folder, count);
    run(); // builds everything
    const times = [1, 2, 3].map(() => {
      const started = performance.now();
      run({ expectNothingToDo: true });
      return performance.now() - started;
    });
    return { name, time: median(times) };
  } catch (error) {
    return { missing: error.message };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
