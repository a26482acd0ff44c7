import { parseImports } from './index.js';
import type { ScriptImport } from './index.js';

function read(source: string, path = 'a.mjs'): string[] {
  return parseImports(path, source).imports.map((each) => (each as ScriptImport).specifier);
}

function open(source: string, path = 'a.mjs'): string[] {
  return parseImports(path, source).open.map((each) => each.prefix ?? each.reason);
}

describe('JavaScript declarations', () => {
  it.each<[string, string[]]>([
    [`import a from './a.js'`, ['./a.js']],
    [`import * as a from './a.js'`, ['./a.js']],
    [`import {a, b as c} from './a.js'`, ['./a.js']],
    [`import a, {b} from "./a.js";`, ['./a.js']],
    [`import './a.js'`, ['./a.js']],
    [`import {default as a} from 'a'`, ['a']],
    [`import a from './\\x61.js'`, ['./a.js']],
    [`import type from './a.js'`, ['./a.js']],
    [`export {a} from './a.js'`, ['./a.js']],
    [`export {a as 'b c'} from './a.js'`, ['./a.js']],
    [`export * from './a.js'`, ['./a.js']],
    [`export * as a from './a.js'`, ['./a.js']],
    [`export default 'a'`, []],
    [`export const from = 'a'`, []],
    [`import a from './a.json' with { type: 'json' }`, ['./a.json']],
    [`import a from './a.json' assert { type: 'json' };\nimport b from 'b'`, ['./a.json', 'b']],
    [`export {a} from './a.json' with { type: 'json' }`, ['./a.json']],
    [`import defer * as a from './a.js'`, ['./a.js']],
    [`import source a from './a.wasm'`, ['./a.wasm']],
    [`// import './no.js'\n/* import './no.js' */\nconst a = "import './no.js'"`, []],
    ['const a = `import "./no.js"`; const b = /import ".\\/no.js"/', []],
    [`#!/usr/bin/env node\nimport 'a'`, ['a']],
    [`\uFEFFimport 'a'\r\nimport 'b'\r\n`, ['a', 'b']],
  ])('%j', (source, specifiers) => {
    expect(read(source)).toEqual(specifiers);
  });
});

describe('JavaScript calls', () => {
  it.each<[string, string[]]>([
    [`await import('./a.js')`, ['./a.js']],
    ['await import(`./a.js`)', ['./a.js']],
    [`await import(/* webpackChunkName: "a" */ './a.js')`, ['./a.js']],
    [`await import('./a.json', { with: { type: 'json' } })`, ['./a.json']],
    [`await import('./' + 'a.js')`, ['./a.js']],
    [`const a = require('./a')`, ['./a']],
    [`const {a} = require("./a").b`, ['./a']],
    ['require(`./a`)', ['./a']],
    [`require?.('./a')`, ['./a']],
    [`module.require('./a')`, ['./a']],
    [`require.main.require('./a')`, ['./a']],
    [`require.resolve('./a')`, ['./a']],
    [`import.meta.resolve('./a')`, ['./a']],
    [`const r = require; r('./a')`, ['./a']],
    [`import {createRequire} from 'node:module'; createRequire(import.meta.url)('a')`, ['node:module', 'a']],
    [`const require = createRequire(import.meta.url); require('a'); require.resolve('b')`, ['a', 'b']],
    [`const load = createRequire(__filename); load('a')`, ['a']],
    [`let load; load = Module.createRequire(import.meta.filename); load('a')`, ['a']],
    [`function f() { return load('a') }\nconst load = createRequire(import.meta.url)`, ['a']],
    [`import {createRequire as cr} from 'module'; const r = cr(import.meta.url); r('a')`, ['module', 'a']],
    [`const {createRequire: cr} = require('module'); cr(__filename)('a')`, ['module', 'a']],
    [`createRequire(import.meta.url).resolve('a')`, ['a']],
    [`require(path.join(__dirname, 'a', 'b'))`, ['./a/b']],
    [`require(__dirname + '/a')`, ['./a']],
    ['require(`${__dirname}/a`)', ['./a']],
    [`new URL('./w.js', import.meta.url)`, ['./w.js']],
    [`new URL('w.js', import.meta.url)`, ['./w.js']],
    [`new URL('../data/', import.meta.url)`, ['../data/']],
    [`new URL('https://a.b/c', import.meta.url); new URL('./a', base); new URL(a)`, []],
    [`new Worker(new URL('./w.js', import.meta.url), { type: 'module' })`, ['./w.js']],
    [`new Worker(require.resolve('./w.js'))`, ['./w.js']],
    [`new wt.Worker(path.join(__dirname, 'w.js'))`, ['./w.js']],
    [`if (typeof require !== 'undefined' && require.main === module) run()`, []],
    [`define(['a'], function (require) {})`, []],
    [`a.require('b'); a.import('b'); required('c')`, []],
  ])('%j', (source, specifiers) => {
    expect(parseImports('a.js', source).open).toEqual([]);
    expect(read(source)).toEqual(specifiers);
  });

  it.each<[string, string[]]>([
    ['import(name)', ['not-literal']],
    ['import(`./plugins/${x}.js`)', ['./plugins/']],
    [`import('./plugins/' + x + '.js')`, ['./plugins/']],
    ['import(`a/${x}`)', ['a/']],
    ['import(`${x}/a`)', ['not-literal']],
    ['import(a ? "./b.js" : "./c.js")', ['not-literal']],
    ['require(name)', ['not-literal']],
    [`require(path.join(__dirname, 'plugins', x))`, ['./plugins/']],
    [`require(path.join(base, 'plugins'))`, ['not-literal']],
    ['require.resolve(name)', ['not-literal']],
    [`require.resolve('./a', { paths: [b] })`, ['not-literal']],
    [`require.context('./plugins', true)`, ['./plugins']],
    [`import.meta.glob('./plugins/*.js')`, ['./plugins/']],
    [`import.meta.glob(['./a/*.js'])`, ['not-literal']],
    ['run(require)', ['not-literal']],
    ['run({ require })', ['not-literal']],
    ['run({ load: require })', ['not-literal']],
    ['const [r] = [require]', ['not-literal']],
    ['(0, require)("a")', ['not-literal']],
    ['require[x]("a")', ['not-literal']],
    [`createRequire(elsewhere)('a')`, ['not-literal']],
    ['run(createRequire(import.meta.url))', ['not-literal']],
    ['export const load = createRequire(import.meta.url)', ['not-literal']],
    [`new Worker('./w.js')`, ['not-literal']],
    ['new Worker(code, { eval: true })', ['not-literal']],
    ['new Worker(new URL(name, import.meta.url))', ['not-literal']],
  ])('%j is open', (source, expected) => {
    expect(open(source)).toEqual(expected);
  });
});

describe('TypeScript', () => {
  it.each<[string, string[]]>([
    [`import type {A} from './a.js'`, []],
    [`import type A from './a.js'`, []],
    [`import type * as A from './a.js'`, []],
    [`export type {A} from './a.js'`, []],
    [`import {type A} from './a.js'`, ['./a.js']],
    [`import {type A, b} from './a.js'`, ['./a.js']],
    [`import type from './a.js'`, ['./a.js']],
    [`import type, {b} from './a.js'`, ['./a.js']],
    [`import a = require('./a')`, ['./a']],
    [`export import a = require('./a')`, ['./a']],
    [`let a: import('./a.js').A`, []],
    [`const a = b as unknown as Map<string, number>; await import('./a.js')`, ['./a.js']],
    [
      `enum A { B = 1 }\nabstract class C<T extends D> { declare x: T; constructor(private y: T) {} }\nimport 'a'`,
      ['a'],
    ],
    [`function f(x: unknown): asserts x is string {}\n@dec() class A {}\nimport 'a'`, ['a']],
  ])('%j', (source, specifiers) => {
    expect(read(source, 'a.ts')).toEqual(specifiers);
  });

  it('finds imports around syntax that the parser does not know', () => {
    const source = `export type * from './types.js'\nlet a: typeof import('./b.js')\nimport 'c'\nimport d from './d.json' with { type: 'json' }`;
    expect(read(source, 'a.ts')).toEqual(expect.arrayContaining(['c', './d.json']));
    expect(read('let x = ((((\nimport "a"\nconst b = require("b")', 'a.ts')).toEqual(
      expect.arrayContaining(['a', 'b']),
    );
    expect(open('let x = ((((\nconst b = import(name)', 'a.ts')).toEqual(['not-literal']);
  });

  it('reads JSX by the file’s extension', () => {
    const source = `import {A} from './a.js'; export const b = <A x={() => import('./b.js')}>text from 'no'</A>`;
    expect(read(source, 'a.tsx')).toEqual(['./a.js', './b.js']);
    expect(read(source, 'a.jsx')).toEqual(['./a.js', './b.js']);
    expect(read(`const a = <T,>(x: T) => x; import('./b.js')`, 'a.ts')).toEqual(['./b.js']);
    expect(read(`const a = <string>b; import('./b.js')`, 'a.ts')).toEqual(['./b.js']);
  });

  it('finds nothing in declarations, data and unknown files, and does not pretend to read other languages', () => {
    expect(read(`import './a.js'`, 'a.d.ts')).toEqual([]);
    expect(read(`import './a.js'`, 'a.json')).toEqual([]);
    expect(read(`import './a.js'`, 'LICENSE')).toEqual([]);
    expect(parseImports('a.ipynb', '{}').open).toEqual([{ line: 1, text: '*.ipynb', reason: 'language' }]);
    expect(parseImports('bin/run', '#!/bin/sh\n').open).toHaveLength(1);
  });
});

it('survives JSON', () => {
  const imports = parseImports('a.js', 'import a from "a"; import(b); import(`./c/${d}`)');
  expect(JSON.parse(JSON.stringify(imports))).toEqual(imports);
});
