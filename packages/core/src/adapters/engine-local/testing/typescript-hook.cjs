/**
 * `node -r <this file> script.ts` runs TypeScript from the sources, for tests that need a process of their own.
 * Imports written `./name.js` find `name.ts`, as they do in jest.
 */
const { existsSync, readFileSync } = require('node:fs');
const Module = require('node:module');
const path = require('node:path');
const { transformSync } = require('@swc/core');

const find = Module._resolveFilename;
Module._resolveFilename = function resolve(request, parent, ...rest) {
  const source = path.resolve(path.dirname(parent?.filename ?? '.'), request.replace(/\.js$/, '.ts'));
  const isOurs = request.startsWith('.') && source.endsWith('.ts') && existsSync(source);
  return find.call(this, isOurs ? source : request, parent, ...rest);
};

const options = {
  jsc: { target: 'es2023', parser: { syntax: 'typescript' } },
  module: { type: 'commonjs', ignoreDynamic: true },
  swcrc: false,
};
Module._extensions['.ts'] = (module, filename) => {
  module._compile(transformSync(readFileSync(filename, 'utf8'), { ...options, filename }).code, filename);
};
