import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { digestOf } from '../kernel/index.js';
import { parseMlYaml } from './parse-ml-yaml.js';
import { decodePointer, encodePointer, readPointer } from '../documents/pointer.js';
import { encodeRunDocument } from './run-document.js';
import { decodeRunRecord, encodeRunRecord } from '../documents/run-record.js';
import { decodeRunResult, encodeRunResult } from '../documents/run-result.js';
import { buildStepManifest, decodeStepManifest, encodeStepManifest } from '../documents/step-manifest.js';

/**
 * The files under fixtures/ are documents of released formats. They are never edited: a spec that fails here has
 * broken what users have on disk, and needs a new format version instead.
 */
const fixture = (name: string): Buffer => readFileSync(join(__dirname, 'fixtures', name));

const model = { kind: 'tree', digest: digestOf('model'), size: 4096, files: 2 } as const;
const predictions = { kind: 'file', digest: digestOf('predictions'), size: 100, files: 1 } as const;
const result = {
  formatVersion: 1,
  outputs: { model, predictions },
  metrics: { accuracy: 0.97, 'test.f1': 0.5 },
} as const;
const record = {
  formatVersion: 1,
  key: digestOf('key'),
  project: 'spam-filter',
  step: 'train',
  seed: 1,
  startedAt: '2026-01-31T12:00:00.000Z',
  durationMs: 1500,
  host: 'worker-1',
  platform: 'linux-x64',
  engine: 'local',
  log: digestOf('log'),
  commit: '0123456789abcdef0123456789abcdef01234567',
} as const;
const manifest = buildStepManifest({
  project: 'spam-filter',
  step: 'train',
  runs: [
    { seed: 1, result },
    { seed: 2, result: { ...result, metrics: { accuracy: 0.95 } } },
  ],
});
const document = {
  formatVersion: 1,
  project: 'spam-filter',
  step: 'train',
  seed: 1,
  params: { alpha: 0.5, net: { layers: [64, 32] } },
  inputs: { mails: '/runs/1/in/mails' },
  outputs: {
    model: '/runs/1/out/model',
    metrics: '/runs/1/out/metrics.json',
    predictions: '/runs/1/out/predictions.jsonl',
    progress: '/runs/1/out/progress.jsonl',
  },
} as const;

describe('documents of format 1', () => {
  it.each([
    ['run-result.v1.json', result, decodeRunResult, encodeRunResult(result)],
    ['run-record.v1.json', record, decodeRunRecord, encodeRunRecord(record)],
    ['step-manifest.v1.json', manifest, decodeStepManifest, encodeStepManifest(manifest)],
  ])('%s is read, and still written byte for byte', (name, expected, decode, encoded) => {
    expect(decode(fixture(name))).toEqual(expected);
    expect(encoded.toString()).toBe(fixture(name).toString());
  });

  it('pointer.v1.ref.json is read, and still written byte for byte', () => {
    const text = fixture('pointer.v1.ref.json').toString();
    expect(decodePointer(text, 'f')).toEqual(model);
    expect(encodePointer(model)).toBe(text);
  });

  it.each(['pointer.v2-url.ref.json', 'pointer.v2-repository.ref.json'])(
    '%s is read, and still written byte for byte',
    (name) => {
      const text = fixture(name).toString();
      const { ref, source } = readPointer(text, 'f');
      expect(ref).toEqual(model);
      expect(encodePointer(ref, source)).toBe(text);
    },
  );

  it('run-document.v1.json is still what a command is given', () => {
    expect(encodeRunDocument(document).toString()).toBe(fixture('run-document.v1.json').toString());
  });

  it.each([
    'ml-dataset.v1.yaml',
    'ml-model.v1.yaml',
    'ml-model-gate.v1.yaml',
    'ml-service.v1.yaml',
    'ml-service-deploy.v1.yaml',
  ])('%s is still accepted', (name) => {
    expect(parseMlYaml(fixture(name).toString(), name)).toMatchObject({ ok: true });
  });
});
