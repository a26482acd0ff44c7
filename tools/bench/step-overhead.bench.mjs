import { spawnSync } from 'node:child_process';

import { median, ms } from './measure.mjs';
import { manyModels } from './many-models.mjs';

export const title =
  'milliseconds that a step costs beyond its bare command, in a batch of 200, as a part of 15 ms';
export const target = 1;

const count = 200;
const limitMs = 15;

export async function measure(say) {
  const rig = await manyModels(count);
  try {
    const train = (env) => rig.tasks(['run-many', '-t', 'train', '--output-style=static'], { env });
    const overheads = [];
    await train({ NX_ML_PARALLEL: '2' });
    for (let round = 0; round < 3; round += 1) {
      // Nx's own cost is paid by a full hit too, so it is taken off; what is left is our step.
      const hit = await timed(() => train({ NX_ML_PARALLEL: '2' }));
      rig.edit('libs/shared/index.mjs', () => `export const x = ${round + 2};\n`);
      const executed = await timed(async () => {
        const states = Object.values(await train({ NX_ML_PARALLEL: '2' }));
        if (states.filter((state) => state === 'executed').length !== count)
          throw new Error('not all were executed');
      });
      const bare = await timed(() => bareCommands(rig.root));
      overheads.push((executed - hit - bare) / count);
      say(
        `executed ${ms(executed)}  hit ${ms(hit)}  bare commands ${ms(bare)}  overhead ${overheads.at(-1).toFixed(2)} ms a step`,
      );
    }
    return median(overheads) / limitMs;
  } finally {
    await rig.dispose();
  }
}

/** The same 200 commands, two at a time, by nothing but a shell. */
function bareCommands(cwd) {
  const one = `sh -c 'test -f nx.json && echo 1 > /dev/null'`;
  const script = `for i in $(seq ${count / 2}); do ${one}; done & for i in $(seq ${count / 2}); do ${one}; done; wait`;
  const { status } = spawnSync('sh', ['-c', script], { cwd });
  if (status !== 0) throw new Error('the bare commands failed');
}

async function timed(run) {
  const started = performance.now();
  await run();
  return performance.now() - started;
}
