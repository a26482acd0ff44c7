/** Nx's graph of a workspace. */
export async function graphOf(rig) {
  const { code, output } = await rig.nx(['graph', '--file=graph.json']);
  if (code !== 0) throw new Error(output);
  return JSON.parse(rig.read('graph.json')).graph;
}

/** Writes the projects, edges and tags of a graph as project.json, without our plugin; the targets too, or what `targetOf` makes of them. */
export function writeProjects(graph, rig, targetOf = (_name, _step, target) => target) {
  const files = {
    'nx.json': JSON.stringify({ neverConnectToCloud: true }),
    '.gitignore': 'node_modules\n.nx\n.nx-ml\n.trace\n__pycache__\n.out\n',
  };
  for (const { name, data } of Object.values(graph.nodes)) {
    const edges = (graph.dependencies[name] ?? [])
      .map(({ target }) => target)
      .filter((target) => target in graph.nodes);
    const targets = Object.fromEntries(
      Object.entries(data.targets).map(([step, target]) => [step, targetOf(name, step, target)]),
    );
    const { tags } = data;
    files[`${data.root}/project.json`] = JSON.stringify({ name, tags, targets, implicitDependencies: edges });
  }
  rig.write(files);
}
