// npm run bench -- NAME: one benchmark with its peers in the same run; without a name all of them.
// The last line of each is JSON: {"name", "ratio", "target", "pass"}.
import { readdirSync } from 'node:fs';

import { build, ensureInstalled } from '../lib/set-up.mjs';

const wanted = process.argv[2];
const folder = new URL('.', import.meta.url);
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.bench.mjs'))
  .map((file) => file.replace('.bench.mjs', ''))
  .sort();
if (wanted !== undefined && !names.includes(wanted)) {
  console.error(`No benchmark is called "${wanted}". There are: ${names.join(', ')}`);
  process.exit(2);
}

ensureInstalled();
build();
let failed = false;
for (const name of wanted === undefined ? names : [wanted]) {
  const { title, target, measure } = await import(`./${name}.bench.mjs`);
  console.log(`\n${name}: ${title}`);
  const ratio = Number((await measure((line) => console.log(`  ${line}`))).toFixed(3));
  const pass = ratio <= target;
  failed ||= !pass;
  console.log(JSON.stringify({ name, ratio, target, pass }));
}
process.exit(failed ? 1 : 0);
