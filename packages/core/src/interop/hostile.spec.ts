import fc from 'fast-check';

import { digestOf, isMlError } from '../kernel/index.js';
import { failureOf } from '../kernel/testing/failure-of.js';
import {
  buildStepManifest,
  decodeStepManifest,
  encodePointer,
  encodeStepManifest,
  readPointer,
} from '../documents/index.js';
import { decodeTree, encodeTree } from '../store/index.js';
import { folderObjectText, parseFolderObject, readDvcRef } from './dvc/index.js';
import { decodeForeign, encodeForeign } from './foreign/index.js';
import type { DvcRef } from './foreign/index.js';
import { parseHubDataset } from './huggingface/index.js';
import { readLfsPointer } from './lfs/index.js';
import { hostileNumbers, hostilePaths, hostileTexts } from './testing/hostile-cases.js';

const md5 = '22a1a2931c8370d3aeedd7183606fd7f';
const commit = 'c'.repeat(40);
const ref = { kind: 'tree', digest: digestOf('x'), size: 7, files: 2 } as const;
const quoted = (text: string): string => JSON.stringify(text);

interface Reader {
  readonly name: string;
  readonly valid: string;
  read(text: string): unknown;
  /** The document with these paths in it; undefined for a reader whose documents hold no lists of paths. */
  withPaths?(paths: readonly string[]): string;
  /** It names one path alone. */
  readonly single?: true;
  /** Cases that mean nothing bad in such a document. */
  readonly harmless?: readonly string[];
  /** The document with this in place of a number. */
  withNumber?(number: string): string;
}

const dvcRef: DvcRef = {
  tool: 'dvc',
  file: 'a.dvc',
  path: 'a',
  sum: { kind: 'md5', hex: md5 },
  isFolder: false,
};

const pointerText = encodePointer(ref, { repository: '../data', revision: commit, path: 'd/x.ref.json' });
const treeText = (paths: readonly string[], size = '1'): string =>
  `{"entries":[${paths.map((path) => `{"digest":"${digestOf(path)}","path":${quoted(path)},"size":${size}}`).join(',')}],"formatVersion":1,"kind":"tree"}\n`;
const dirText = (paths: readonly string[]): string =>
  `[${paths.map((path) => `{"md5": "${md5}", "relpath": ${quoted(path)}}`).join(', ')}]`;
const dvcText = (path: string, size = '4', files = '1'): string =>
  `outs:\n- md5: ${md5}\n  size: ${size}\n  nfiles: ${files}\n  hash: md5\n  path: ${path}\n`;
const manifestText = encodeStepManifest(
  buildStepManifest({
    project: 'p',
    step: 'train',
    runs: [{ seed: 1, result: { formatVersion: 1, outputs: { model: ref }, metrics: { loss: 1 } } }],
  }),
).toString();
const lfsText = (size: string): string =>
  `version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(64)}\nsize ${size}\n`;

const readers: readonly Reader[] = [
  {
    name: 'pointer',
    valid: pointerText,
    read: (text) => readPointer(text, 'x.ref.json'),
    withPaths: ([path = '']) => pointerText.replace('"d/x.ref.json"', quoted(path)),
    single: true,
    withNumber: (number) => pointerText.replace('"size": 7', `"size": ${number}`),
  },
  {
    name: 'tree document',
    valid: treeText(['a', 'b/c']),
    read: (text) => decodeTree(Buffer.from(text)),
    withPaths: (paths) => treeText(paths),
    withNumber: (number) => treeText(['a'], number),
  },
  {
    name: '.dvc file',
    valid: dvcText('a.csv'),
    read: (text) => readDvcRef(text, 'data/a.csv.dvc'),
    withPaths: ([path = '']) => dvcText(quoted(path)),
    single: true,
    harmless: ['an empty part'],
    withNumber: (number) => dvcText('a', number),
  },
  {
    name: '.dvc file by its number of files',
    valid: dvcText('a.csv'),
    read: (text) => readDvcRef(text, 'data/a.csv.dvc'),
    withNumber: (number) => dvcText('a', '1', number),
  },
  {
    name: '.dir object',
    valid: folderObjectText([
      { path: 'a', md5 },
      { path: 'b/c', md5 },
    ]),
    read: (text) => parseFolderObject(text, 'data/images'),
    withPaths: dirText,
    harmless: ['a list'],
  },
  {
    name: 'Git LFS pointer',
    valid: lfsText('7'),
    read: (text) => readLfsPointer(text, 'big.csv'),
    withNumber: lfsText,
  },
  {
    name: 'step manifest',
    valid: manifestText,
    read: (text) => decodeStepManifest(Buffer.from(text)),
    withNumber: (number) => manifestText.replace('"size":7', `"size":${number}`),
  },
  {
    name: 'memory of a foreign name',
    valid: JSON.stringify(encodeForeign(dvcRef, ref)),
    read: (text) => decodeForeign(JSON.parse(text) as never, dvcRef),
    withNumber: (number) =>
      JSON.stringify(encodeForeign(dvcRef, ref)).replace('"size":7', `"size":${number}`),
  },
];

/** Journals hand out entries whose JSON they have read already. */
const isOfJournal = (name: string): boolean => name.startsWith('memory');

function cases<T>(
  all: Readonly<Record<string, T>>,
  { harmless = [] }: Reader,
): readonly (readonly [string, T])[] {
  return Object.entries(all).filter(([name]) => !harmless.includes(name));
}

describe.each(readers)('a $name', (reader) => {
  const { name, valid, read, withPaths, withNumber } = reader;

  it('is read where nobody tampered with it', () => {
    expect(read(valid)).toBeDefined();
  });

  if (withPaths !== undefined)
    it.each(cases(hostilePaths, reader).filter(([, paths]) => reader.single !== true || paths.length === 1))(
      'with %s is refused',
      (_, paths) => {
        const failure = failureOf(() => read(withPaths(paths)));
        expect(failure.code).toMatch(/^ERR_ML_(?:PATH_UNSAFE|POINTER_INVALID|DOCUMENT_INVALID|DVC_INVALID)$/);
        expect(failure.fix).not.toBe('');
        expect(failure.message.length).toBeLessThan(600);
      },
    );

  if (withNumber !== undefined)
    it.each(hostileNumbers)('with %s for a number is refused', (number) => {
      const text = withNumber(number);
      expect(text).not.toBe(valid);
      if (isOfJournal(name) && !isJson(text)) return;
      expect(failureOf(() => read(text)).code).toMatch(/^ERR_ML_/);
    });

  it.each(cases(hostileTexts, reader))('that is %s is refused, or no such document at all', (_, text) => {
    if (isOfJournal(name) && !isJson(text)) return;
    if (name === 'Git LFS pointer') expect(read(text)).toBeUndefined();
    else expect(failureOf(() => read(text)).code).toMatch(/^ERR_ML_/);
  });

  it('damaged by chance is read or refused, and nothing else', () => {
    fc.assert(
      fc.property(damages, ({ at, cut, put }) => {
        const start = Math.floor(at * valid.length);
        const text = valid.slice(0, start) + put + valid.slice(start + cut);
        if (isOfJournal(name) && !isJson(text)) return;
        refusesOrReads(() => read(text));
      }),
      { numRuns: 500 },
    );
  });

  it('of any text is read or refused, and nothing else', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (text) => {
        if (isOfJournal(name) && !isJson(text)) return;
        refusesOrReads(() => read(text));
      }),
      { numRuns: 300 },
    );
  });
});

const fragments = [
  ...Object.values(hostilePaths).flat(),
  ...hostileNumbers,
  '"',
  '\\u0000',
  '{',
  ']',
  '- ',
  '&a',
  '*a',
  '\n',
  '\0',
  '\ud800',
];
const damages = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
  cut: fc.nat({ max: 12 }),
  put: fc.oneof(fc.constantFrom(...fragments), fc.string({ unit: 'binary', maxLength: 6 })),
});

function refusesOrReads(read: () => unknown): void {
  try {
    read();
  } catch (error) {
    if (!isMlError(error)) throw error;
  }
}

function isJson(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null;
  } catch {
    return false;
  }
}

describe('a dataset of the hub', () => {
  it.each([
    '../../etc@main',
    '..@main',
    'org/../name@main',
    'org/name/more@main',
    '/org/name@main',
    'org\\name@main',
    'org--x/name@main',
    'org/name@../../x',
    'org/name@a//b',
    'org/name@',
    '@main',
    'org/name',
    `org/name@${'a'.repeat(400)}`,
    'org/na\0me@main',
    '.hidden/name@main',
    'org/name@-rf',
  ])('named %j is refused', (name) => {
    expect(parseHubDataset(name)).toBeUndefined();
  });
});

it('what a tree is refused for is not written either', () => {
  for (const paths of Object.values(hostilePaths))
    expect(() => encodeTree(paths.map((path) => ({ path, digest: ref.digest, size: 1 })))).toThrow(
      /The path /,
    );
});
