import { inTurn, ms } from './measure.mjs';
import { manyModels } from './many-models.mjs';

export const title = 'an nx.json edit over 1,000 trained models, beside a full hit of Nx’s own cache';
export const target = 6;

/** Every Nx hash changes with nx.json; every run key stays. So all is restored and nothing trains. */
export async function measure(say) {
  const rig = await manyModels(1000);
  try {
    const evaluate = ['run-many', '-t', 'evaluate', '--output-style=static'];
    await rig.tasks(evaluate);
    let edit = 0;
    const restored = async () => {
      rig.edit('nx.json', (text) => text.replace(/^\{( "x\d+": 1,)?/, `{ "x${++edit}": 1,`));
      const states = Object.values(await rig.tasks(evaluate));
      const wrong = states.filter((state) => state !== 'restored').length;
      if (wrong > 0 || states.length < 2000)
        throw new Error(`${wrong} of ${states.length} steps were not restored`);
    };
    const hit = async () => {
      const states = Object.values(await rig.tasks(evaluate));
      const wrong = states.filter((state) => state !== 'hit').length;
      if (wrong > 0) throw new Error(`${wrong} of ${states.length} steps were not hits`);
    };
    const { a, b, ratio } = await inTurn(restored, hit, 3);
    say(`restored by run key  ${ms(a)}`);
    say(`hit in Nx's cache    ${ms(b)}`);
    return ratio;
  } finally {
    await rig.dispose();
  }
}
