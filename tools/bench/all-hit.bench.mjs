import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { manyModels } from './many-models.mjs';
import { inTurn, median, ms } from './measure.mjs';
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
    await writeByHand(inferred, plain);
    for (const rig of [inferred, plain]) await rig.tasks(train);
    const hit = (rig) => async () => {
      const states = Object.values(await rig.tasks(train));
      if (states.length < count || states.some((state) => state !== 'hit'))
        throw new Error('not all were hits');
    };
    const { a, b, ratio } = await inTurn(hit(inferred), hit(plain), 5);
    const row = (name, time) => say(`${name.padEnd(32)}${ms(time)}`);
    row('nx-ml, inferred from ml.yaml', a);
    row('Nx, the same as project.json', b);
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

/**
 * As somebody would write it without us: the same projects, edges and targets, cached shell commands, the usual inputs
 * and none of our own questions.
 */
async function writeByHand(inferred, plain) {
  const { code, output } = await inferred.nx(['graph', '--file=graph.json']);
  if (code !== 0) throw new Error(output);
  const { graph } = JSON.parse(inferred.read('graph.json'));
  const files = {
    'nx.json': JSON.stringify({ neverConnectToCloud: true }),
    '.gitignore': `${plain.read('.gitignore')}.out\n`,
  };
  for (const { name, data } of Object.values(graph.nodes)) {
    const edges = (graph.dependencies[name] ?? [])
      .map(({ target }) => target)
      .filter((target) => target in graph.nodes);
    const targets = Object.fromEntries(
      Object.entries(data.targets).map(([step, { dependsOn }]) => [step, byHand(name, step, dependsOn)]),
    );
    files[`${data.root}/project.json`] = JSON.stringify({ name, targets, implicitDependencies: edges });
    if (data.tags?.some((tag) => tag.startsWith('ml:'))) plain.remove(`${data.root}/ml.yaml`);
  }
  plain.write(files);
}

function byHand(name, step, dependsOn) {
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
