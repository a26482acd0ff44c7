import { digestOf, documentBytes } from '../kernel/index.js';
import type { RunResult } from './run-result.js';
import { buildStepManifest, decodeStepManifest, encodeStepManifest } from './step-manifest.js';
import { failureOf } from '../kernel/testing/failure-of.js';

function result(accuracy: number): RunResult {
  const model = { kind: 'tree', digest: digestOf(String(accuracy)), size: 10, files: 2 } as const;
  return { formatVersion: 1, outputs: { model }, metrics: { accuracy } };
}

const runs = [
  { seed: 3, result: result(0.9) },
  { seed: 1, result: result(0.7) },
];
const manifest = buildStepManifest({ project: 'spam-filter', step: 'train', runs });

describe('step manifest', () => {
  it('has its runs by seed, whatever order they ended in', () => {
    expect(manifest.runs.map(({ seed }) => seed)).toEqual([1, 3]);
    const other = buildStepManifest({ project: 'spam-filter', step: 'train', runs: [...runs].reverse() });
    expect(encodeStepManifest(other).equals(encodeStepManifest(manifest))).toBe(true);
  });

  it('sums its metrics up', () => {
    const { accuracy } = manifest.metrics;
    expect(Object.keys(manifest.metrics)).toEqual(['accuracy']);
    expect(accuracy?.mean).toBeCloseTo(0.8, 12);
    expect(accuracy?.std).toBeCloseTo(Math.SQRT2 / 10, 12);
    expect(accuracy?.n).toBe(2);
  });

  const summary = manifest.metrics['accuracy'] ?? { mean: 0, std: 0, n: 0 };
  it.each([
    ['without runs', { ...manifest, runs: [] }],
    ['with a seed twice', { ...manifest, runs: [manifest.runs[0], manifest.runs[0]] }],
    ['out of order', { ...manifest, runs: [...manifest.runs].reverse() }],
    ['with another mean', { ...manifest, metrics: { accuracy: { ...summary, mean: 0.81 } } }],
    ['with another spread', { ...manifest, metrics: { accuracy: { ...summary, std: null } } }],
    ['with a metric that no run has', { ...manifest, metrics: { accuracy: summary, f1: summary } }],
    ['without a metric that a run has', { ...manifest, metrics: {} }],
    ['with an unknown key', { ...manifest, host: 'somewhere' }],
    ['of an unknown step', { ...manifest, step: 'tune' }],
    ['of a project outside', { ...manifest, project: '../x' }],
    [
      'with a false file count',
      {
        ...manifest,
        runs: [
          {
            ...manifest.runs[0],
            outputs: { model: { kind: 'file', digest: digestOf('x'), size: 1, files: 2 } },
          },
        ],
      },
    ],
  ])('%s is refused', (_, document) => {
    expect(failureOf(() => decodeStepManifest(documentBytes(document))).code).toBe('ERR_ML_DOCUMENT_INVALID');
  });

  it('that is not in canonical form is refused', () => {
    const text = encodeStepManifest(manifest).toString();
    expect(() => decodeStepManifest(Buffer.from(text.trimEnd()))).toThrow(/canonical/);
    expect(() => decodeStepManifest(Buffer.from(text.replace('"seed":1', '"seed":1.0')))).toThrow(
      /canonical/,
    );
  });
});
