/**
 * `node -r <this> script.ts` compiles our sources as they are loaded, so that a test can start a process of its own
 * without a build.
 */
const fs = require('node:fs');
const Module = require('node:module');
const path = require('node:path');
const { transformSync } = require('@swc/core');

const resolveFilename = Module._resolveFilename;

/** `./name.js` in our sources means `./name.ts`. */
Module._resolveFilename = function (request, parent, ...more) {
  const typescript = request.replace(/\.js$/, '.ts');
  const isSource = request.startsWith('.') && fs.existsSync(path.join(parent?.path ?? '', typescript));
  return resolveFilename.call(this, isSource ? typescript : request, parent, ...more);
};

Module._extensions['.ts'] = (module, filename) => {
  const { code } = transformSync(fs.readFileSync(filename, 'utf8'), {
    filename,
    swcrc: false,
    jsc: { target: 'es2023', parser: { syntax: 'typescript' } },
    module: { type: 'commonjs', ignoreDynamic: true },
  });
  module._compile(code, filename);
};
