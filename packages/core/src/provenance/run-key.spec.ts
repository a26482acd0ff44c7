import fc from 'fast-check';

import { digestOf } from '../kernel/index.js';
import { paramsId, runKeyOf } from './run-key.js';
import type { RunKeyDocument } from './run-key.js';

const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/);
const digest = fc.string().map(digestOf);
const json = fc.jsonValue({ noUnicodeString: false });

const documents: fc.Arbitrary<RunKeyDocument> = fc.record({
  formatVersion: fc.constant(1 as const),
  project: name,
  step: fc.constantFrom('train', 'evaluate', 'data'),
  command: fc.string({ minLength: 1 }),
  code: fc.uniqueArray(fc.record({ path: name, digest }), { selector: ({ path }) => path, maxLength: 5 }),
  inputs: fc.dictionary(
    name,
    fc.record({ kind: fc.constantFrom('data' as const, 'model' as const), project: name, digest }),
    { maxKeys: 3 },
  ),
  params: fc.dictionary(name, json, { maxKeys: 4 }) as fc.Arbitrary<RunKeyDocument['params']>,
  seed: fc.option(fc.nat()),
  environment: fc.record({
    platform: fc.constantFrom('linux-x64', 'darwin-arm64'),
    accelerator: fc.constantFrom('none', 'NVIDIA A100'),
    interpreters: fc.dictionary(name, name, { maxKeys: 2 }),
    packages: fc.dictionary(name, name, { maxKeys: 4 }),
    env: fc.dictionary(name, fc.option(fc.string()), { maxKeys: 2 }),
  }),
});

/** The same document with the keys of all objects the other way round, as another machine might build it. */
function reordered<T>(value: T): T {
  if (Array.isArray(value)) return value.map((item: unknown) => reordered(item)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, item]) => [key, reordered(item as unknown)]),
  ) as T;
}

describe('runKeyOf', () => {
  it('is the same whatever the order in which the document was built', () => {
    fc.assert(
      fc.property(documents, (document) => {
        expect(runKeyOf(reordered(document))).toBe(runKeyOf(document));
      }),
    );
  });

  it('differs whenever any part of the document differs', () => {
    fc.assert(
      fc.property(documents, documents, (a, b) => {
        const equal = JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
        expect(runKeyOf(a) === runKeyOf(b)).toBe(equal);
      }),
    );
  });

  it.each<[string, (document: RunKeyDocument) => RunKeyDocument]>([
    ['project', (d) => ({ ...d, project: `${d.project}x` })],
    ['step', (d) => ({ ...d, step: `${d.step}x` })],
    ['command', (d) => ({ ...d, command: `${d.command} ` })],
    ['code: a file more', (d) => ({ ...d, code: [...d.code, { path: 'zz', digest: digestOf('x') }] })],
    [
      'inputs: another digest',
      (d) => ({ ...d, inputs: { ...d.inputs, zz: { kind: 'data', project: 'p', digest: digestOf('x') } } }),
    ],
    ['params: a value more', (d) => ({ ...d, params: { ...d.params, zzzzzzzzzzz: 1 } })],
    ['seed', (d) => ({ ...d, seed: (d.seed ?? 0) + 1 })],
    ['platform', (d) => ({ ...d, environment: { ...d.environment, platform: 'x' } })],
    ['accelerator', (d) => ({ ...d, environment: { ...d.environment, accelerator: 'x' } })],
    ['interpreter', (d) => ({ ...d, environment: { ...d.environment, interpreters: { node: 'x.y' } } })],
    [
      'package',
      (d) => ({
        ...d,
        environment: { ...d.environment, packages: { ...d.environment.packages, zzzzzzzzzzz: '1' } },
      }),
    ],
    [
      'variable',
      (d) => ({ ...d, environment: { ...d.environment, env: { ...d.environment.env, ZZ: 'x' } } }),
    ],
  ])('differs by %s alone', (_, change) => {
    fc.assert(
      fc.property(documents, (document) => {
        expect(runKeyOf(change(document))).not.toBe(runKeyOf(document));
      }),
      { numRuns: 30 },
    );
  });

  it('stays what it was in the release that defined format 1', () => {
    const frozen: RunKeyDocument = {
      formatVersion: 1,
      project: 'spam-filter',
      step: 'train',
      command: 'node train.mjs',
      code: [{ path: 'models/spam-filter/train.mjs', digest: digestOf('code') }],
      inputs: { mails: { kind: 'data', project: 'spam-mails', digest: digestOf('data') } },
      params: { alpha: 0.5, vocabulary: 20000 },
      seed: 1,
      environment: {
        platform: 'linux-x64',
        accelerator: 'none',
        interpreters: { node: '20.19.0' },
        packages: { natural: '8.0.1' },
        env: { LANGUAGE_MODEL: null },
      },
    };
    expect(runKeyOf(frozen)).toMatchInlineSnapshot(
      `"sha256:1c0d2c0cfd3dd4ca085bb203f6506de87b7eb607a08fb84de6e7855bd0197ba3"`,
    );
  });
});

describe('paramsId', () => {
  it('names a parameter set whatever its order', () => {
    expect(paramsId({ a: 1, b: { c: 2, d: 3 } })).toBe(paramsId({ b: { d: 3, c: 2 }, a: 1 }));
    expect(paramsId({ a: 1 })).not.toBe(paramsId({ a: 2 }));
    expect(paramsId({})).toMatch(/^[0-9a-f]{12}$/);
  });
});

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return Object.is(value, -0) ? 0 : value;
  return Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, item]) => [key, sorted(item)]);
}
