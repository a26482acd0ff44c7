// node tools/s3/serve.mjs [FOLDER]: a real S3 server for tests and for trying things out. Prints one line of JSON
// (endpoint, region, keys) and lives as long as its standard input stays open.
// node tools/s3/serve.mjs --missing: the programs that the machine lacks for it, as a JSON list.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { missingPrograms, startRadosgw } from './radosgw.mjs';

if (process.argv[2] === '--missing') {
  console.log(JSON.stringify(missingPrograms()));
  process.exit(0);
}

const given = process.argv[2];
const folder = given ?? mkdtempSync(join(tmpdir(), 'nx-ml-s3-'));
const clear = () => given === undefined && rmSync(folder, { recursive: true, force: true });
const { stop, ...told } = await startRadosgw({ folder }).catch((error) => {
  clear();
  throw error;
});
console.log(JSON.stringify(told));

let ending = false;
const end = async () => {
  if (ending) return;
  ending = true;
  await stop();
  clear();
  process.exit(0);
};
// The pipe closes when the process at its other end dies, whatever killed it.
process.stdin.resume().on('end', end).on('error', end);
process.on('SIGTERM', end).on('SIGINT', end);
