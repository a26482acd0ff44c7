/**
 * `node -r <this> script.ts` compiles our sources as they are loaded, so that a test can start a process of its own
 * without a build. What was compiled is kept, since a suite starts dozens of processes, and the compiler alone takes longer to
 * load than all that they do.
 */
const { createHash, randomUUID } = require('node:crypto');
const fs = require('node:fs');
const Module = require('node:module');
const path = require('node:path');

const kept = path.join(__dirname, '../../../../../.tmp/compiled');
const options = {
  swcrc: false,
  jsc: { target: 'es2023', parser: { syntax: 'typescript' } },
  module: { type: 'commonjs', ignoreDynamic: true },
};

const resolveFilename = Module._resolveFilename;

/** `./name.js` in our sources means `./name.ts`. */
Module._resolveFilename = function (request, parent, ...more) {
  const typescript = request.replace(/\.js$/, '.ts');
  const isSource = request.startsWith('.') && fs.existsSync(path.join(parent?.path ?? '', typescript));
  return resolveFilename.call(this, isSource ? typescript : request, parent, ...more);
};

Module._extensions['.ts'] = (module, filename) => {
  const source = fs.readFileSync(filename, 'utf8');
  const key = createHash('sha256')
    .update(JSON.stringify([options, filename, source]))
    .digest('hex');
  const file = path.join(kept, `${key}.js`);
  module._compile(read(file) ?? compile(source, { filename, file }), filename);
};

function read(file) {
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : undefined;
}

function compile(source, { filename, file }) {
  const { transformSync } = require('@swc/core');
  const { code } = transformSync(source, { filename, ...options });
  try {
    fs.mkdirSync(kept, { recursive: true });
    const made = `${file}.${randomUUID()}`;
    fs.writeFileSync(made, code);
    fs.renameSync(made, file);
  } catch {
    // A process of another user, or one on a full disk, compiles again.
  }
  return code;
}
