import { digestOf } from '../../kernel/index.js';
import type { ObjectRef } from '../../store/index.js';
import type { ChampionEntry, VersionEntry } from '../registry-entry.js';

export const storedFile = (text: string): ObjectRef => ({
  kind: 'file',
  digest: digestOf(text),
  size: text.length,
  files: 1,
});

export const manifestOf = (model: string) => digestOf(`manifest of ${model}`);

/** As it is when it passed its gate; `more` is laid over it. */
export const championEntry = (model: string, more: Partial<ChampionEntry> = {}): ChampionEntry => ({
  formatVersion: 1,
  type: 'champion',
  at: '2026-01-01T00:00:00.000Z',
  model: storedFile(model),
  seed: 1,
  params: { alpha: 0.1 },
  predictions: storedFile(`answers of ${model}`),
  testSet: digestOf('test set'),
  metrics: { accuracy: 0.9 },
  question: digestOf(`is ${model} better?`),
  because: 'pass',
  ...more,
});

export const versionEntry = (version: number, model: string): VersionEntry => ({
  formatVersion: 1,
  type: 'version',
  at: '2026-01-01T00:00:00.000Z',
  version,
  bundle: storedFile(`bundle of ${model}`),
  manifest: manifestOf(model),
  model: storedFile(model),
  metrics: { accuracy: 0.9 },
});
