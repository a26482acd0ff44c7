import { manyModels } from './many-models.mjs';
import { median, ms } from './measure.mjs';

export const title = 'nx-ml why and nx-ml plan over 1,000 models, the slower of the two as a part of 2 s';
export const target = 1;

const limitMs = 2000;

/** One parameter changed, so that there is something to find. Whole processes, from a shell's point of view. */
export async function measure(say) {
  const rig = await manyModels(1000);
  try {
    await rig.tasks(['run-many', '-t', 'evaluate', '--output-style=static']);
    rig.edit('models/model-7/ml.yaml', (text) => text.replace('rate: 7', 'rate: 8'));
    const time = async (args, expected) => {
      const times = [];
      for (let round = 0; round < 4; round += 1) {
        const { code, output, durationMs } = await rig.cli(args);
        if (code !== 0 || !output.includes(expected)) throw new Error(output);
        if (round > 0) times.push(durationMs); // The first draws Nx's graph anew after the edit.
      }
      return median(times);
    };
    const graphs = [];
    for (let round = 0; round < 3; round += 1)
      graphs.push((await rig.nx(['show', 'projects', '--json'])).durationMs);
    const plan = await time(['plan'], '1 of 1,000 models trains');
    const why = await time(['why', 'model-7'], 'param  rate  7 → 8');
    say(`nx show projects, which draws the same graph  ${ms(median(graphs))}`);
    say(`nx-ml plan                                    ${ms(plan)}`);
    say(`nx-ml why model-7                             ${ms(why)}`);
    return Math.max(plan, why) / limitMs;
  } finally {
    await rig.dispose();
  }
}
