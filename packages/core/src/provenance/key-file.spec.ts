import { digestOf } from '../kernel/index.js';
import { failureOf } from '../kernel/testing/failure-of.js';
import {
  decodeKeyFile,
  decodeRunKeyDocument,
  encodeKeyFile,
  encodeRunKeyDocument,
  keysIn,
} from './key-file.js';
import { runKeyOf } from './run-key.js';
import type { RunKeyDocument } from './run-key.js';

const document: RunKeyDocument = {
  formatVersion: 1,
  project: 'm',
  step: 'train',
  command: 'node train.mjs',
  code: [{ path: 'models/m/train.mjs', digest: digestOf('x') }],
  inputs: { rows: { kind: 'data', project: 'rows', digest: digestOf('rows') } },
  params: { rate: 1, layers: [1, { size: 2 }] },
  seed: 1,
  environment: {
    platform: 'linux-x64',
    accelerator: 'none',
    interpreters: { node: '20.0.0' },
    packages: {},
    env: { TUNING: null },
  },
};
const file = {
  formatVersion: 1,
  project: 'm',
  step: 'train',
  runs: [{ seed: 1, key: runKeyOf(document), document }],
} as const;

describe('key files', () => {
  it('come back as they were written', () => {
    const text = encodeKeyFile(file).toString();
    expect(decodeKeyFile(text)).toEqual(file);
    expect(keysIn(text)).toEqual([runKeyOf(document)]);
  });

  it.each(['', '{', '[]', '{"runs":[{"key":"x"}]}', '{"formatVersion":2,"runs":[]}'])(
    '%j counts as none',
    (text) => {
      expect(decodeKeyFile(text)).toBeUndefined();
      expect(keysIn(text)).toEqual([]);
    },
  );
});

describe('a run key document', () => {
  it('has bytes whose digest is the run key', () => {
    const bytes = encodeRunKeyDocument(document);
    expect(digestOf(bytes)).toBe(runKeyOf(document));
    expect(decodeRunKeyDocument(bytes)).toEqual(document);
  });

  it('that is none is refused', () => {
    const bytes = Buffer.from('{"formatVersion":1,"project":"m"}');
    expect(failureOf(() => decodeRunKeyDocument(bytes)).code).toBe('ERR_ML_DOCUMENT_INVALID');
  });
});
