// npm run demo: the quickstart as a new user has it, from packed tarballs, in a folder of its own. Trains, evaluates and
// accepts everything, then changes one thing at a time and shows what trained, what was restored and what stayed; brings a
// new version of each model to its gate; last it serves what passed, and what should not have.
import { parseArgs } from 'node:util';

import { build, ensureInstalled } from './lib/set-up.mjs';

const help = `npm run demo [-- --keep-caches]

Sets up examples/quickstart in a folder of its own, trains and evaluates its four models on real data, then changes one
feature file, one parameter, one README and one data file in turn. Then each model has a new version, and its gate says
whether it may replace the accepted one. Last they are served on this machine: one that passed takes over under load,
and a bad release is rolled back by what its users get.

  --keep-caches   keep the trained models of an earlier demo, to see a fresh clone restore them
`;
const { values } = parseArgs({ options: { help: { type: 'boolean' }, 'keep-caches': { type: 'boolean' } } });
if (values.help) {
  console.log(help);
  process.exit(0);
}

const started = Date.now();
ensureInstalled();
build();

const { env, setUp, workspace } = await import('./demo/workspace.mjs');
const { changeThings, judgeNewVersions, promoteAll, trainAll } = await import('./demo/training.mjs');
const { serveAll } = await import('./demo/serving.mjs');

const ports = await setUp(values['keep-caches']);
await trainAll();
await changeThings();
await promoteAll();
await serveAll(ports, judgeNewVersions);

console.log(`\nAll of it took ${((Date.now() - started) / 1000).toFixed(0)} s. The workspace is yours to play with:
  cd ${workspace} && npx nx graph
  export NX_ML_STORE=${env.NX_ML_STORE}   # where its runs are kept; then npx nx-ml plan, why, runs
  npx nx run mail-api:serve   # and a curl line to try it`);
