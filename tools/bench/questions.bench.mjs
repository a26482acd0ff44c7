import { manyModels } from './many-models.mjs';
import { median, ms } from './measure.mjs';

export const title =
  'nx-ml why and nx-ml plan over 1,000 models, with Nx’s daemon, the slower of the two as a part of 2 s';
export const target = 1;

const limitMs = 2000;

/**
 * One parameter changed, so that there is something to find. Whole processes, from a shell's point of view, with Nx's
 * daemon as people have it at a terminal; where there is none, as in CI, Nx draws the graph first, and that is told too.
 */
export async function measure(say) {
  const rig = await manyModels(1000, { daemon: true });
  try {
    await rig.tasks(['run-many', '-t', 'evaluate', '--output-style=static']);
    rig.edit('models/model-7/ml.yaml', (text) => text.replace('rate: 7', 'rate: 8'));
    const time = async (ask) => {
      const times = [];
      for (let round = 0; round < 4; round += 1) {
        const duration = await ask();
        if (round > 0) times.push(duration); // The first draws Nx's graph anew after the edit.
      }
      return median(times);
    };
    const answer = (args, expected, env) => async () => {
      const { code, output, durationMs } = await rig.cli(args, { env });
      if (code !== 0 || !output.includes(expected)) throw new Error(output);
      return durationMs;
    };
    const graph = (env) => async () => (await rig.nx(['show', 'projects', '--json'], { env })).durationMs;
    const questions = [
      ['nx-ml plan', (env) => answer(['plan'], '1 of 1,000 models trains', env)],
      ['nx-ml why model-7', (env) => answer(['why', 'model-7'], 'param  rate  7 → 8', env)],
      ['nx show projects, which draws the same graph', graph],
    ];
    const figures = [];
    say(`${''.padEnd(46)}with the daemon   without`);
    for (const [name, ask] of questions) {
      const withDaemon = await time(ask({}));
      const without = await time(ask({ NX_DAEMON: 'false' }));
      figures.push(withDaemon);
      say(`${name.padEnd(46)}${ms(withDaemon).padStart(15)}${ms(without).padStart(10)}`);
    }
    const [plan, why] = figures;
    return Math.max(plan, why) / limitMs;
  } finally {
    await rig.dispose();
  }
}
