import { inTurn, ms } from './measure.mjs';
import { manyModels } from './many-models.mjs';

export const title =
  'nx show projects on 1,000 inferred models, beside the same targets written as project.json';
export const target = 1.3;

export async function measure(say) {
  const inferred = await manyModels(1000);
  const plain = await manyModels(1000);
  try {
    await writeAsProjectJson(inferred, plain);
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

/** The same graph without the plugin: every node of the inferred one as a project.json, its edges as implicitDependencies. */
async function writeAsProjectJson(inferred, plain) {
  const { code, output } = await inferred.nx(['graph', '--file=graph.json']);
  if (code !== 0) throw new Error(output);
  const { graph } = JSON.parse(inferred.read('graph.json'));
  const files = { 'nx.json': JSON.stringify({ neverConnectToCloud: true }) };
  for (const { name, data } of Object.values(graph.nodes)) {
    const edges = (graph.dependencies[name] ?? [])
      .map(({ target }) => target)
      .filter((target) => target in graph.nodes);
    files[`${data.root}/project.json`] = JSON.stringify({
      name,
      targets: data.targets,
      tags: data.tags,
      implicitDependencies: edges,
    });
  }
  plain.write(files);
}
