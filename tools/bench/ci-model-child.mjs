// node ci-model-child.mjs ADDRESS STORE REF TARGET: brings an object into an empty store and from there to its place, as a fresh clone
// does. Prints the most memory that it had, MB.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const core = (name) => require(`../../packages/core/dist/${name}/index.js`);
const { openRemote } = require('../../packages/nx-ml/dist/open-remote.js');

const [address, root, ref, target] = process.argv.slice(2);
const { objects: store } = await core('adapters/store-fs').openFolderStore({ root });
const remote = await openRemote(address, root, process.env);
await core('usecases/transfer').pullRefs([{ ref: JSON.parse(ref) }], { store, remote });
await store.materialise(JSON.parse(ref), target);
console.log((process.resourceUsage().maxRSS / 1000).toFixed(0));
