import { inTurn, ms } from './measure.mjs';
import { manyModels } from './many-models.mjs';
import { graphOf, writeProjects } from './plain-projects.mjs';

export const title =
  'nx show projects on 1,000 inferred models, beside the same targets written as project.json';
export const target = 1.3;

export async function measure(say) {
  const inferred = await manyModels(1000);
  const plain = await manyModels(1000);
  try {
    writeProjects(await graphOf(inferred), plain);
    const show = (rig) => async () => {
      const { code, output } = await rig.nx(['show', 'projects']);
      if (code !== 0 || !output.includes('model-')) throw new Error(output);
    };
    const { a, b, ratio } = await inTurn(show(inferred), show(plain), 5);
    say(`inferred from ml.yaml  ${ms(a)}`);
    say(`plain project.json     ${ms(b)}`);
    return ratio;
  } finally {
    await inferred.dispose();
    await plain.dispose();
  }
}
