// node tools/chunks/compile.mjs: makes packages/core/src/chunks/cut-module.ts of cut.wat. A spec compares the two.
import { readFileSync, writeFileSync } from 'node:fs';

import wabt from 'wabt';

const folder = new URL('../../packages/core/src/chunks/', import.meta.url);
const tools = await wabt();
const module = tools.parseWat('cut.wat', readFileSync(new URL('cut.wat', folder), 'utf8'), { threads: true });
const { buffer } = module.toBinary({});
module.destroy();
const lines = Buffer.from(buffer)
  .toString('base64')
  .match(/.{1,96}/g)
  .map((line) => `  '${line}'`);
writeFileSync(
  new URL('cut-module.ts', folder),
  `// Compiled from cut.wat by tools/chunks/compile.mjs.\nconst base64 =\n${lines.join(' +\n')};\n\n/** ${String(buffer.length)} bytes of WebAssembly. */\nexport const cutModule: Uint8Array = Buffer.from(base64, 'base64');\n`,
);
