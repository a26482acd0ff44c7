import { MlError } from '@nx-ml/core/kernel';
import type { Digest } from '@nx-ml/core/kernel';
import { buildStepManifest } from '@nx-ml/core/manifest';

import { durationText, errorText, numberText, sizeText, stepText } from './step-text.js';

const model = {
  kind: 'tree',
  digest: `sha256:${'0'.repeat(64)}` as Digest,
  size: 3_400_000,
  files: 2,
} as const;

const manifest = (seeds: readonly number[]) =>
  buildStepManifest({
    project: 'spam',
    step: 'train',
    runs: seeds.map((seed) => ({
      seed,
      result: { formatVersion: 1, outputs: { model }, metrics: { accuracy: 0.98 + seed / 100 } },
    })),
  });

describe('stepText', () => {
  it('is one line when it went well', () => {
    expect(
      stepText('spam:train', { state: 'executed', manifest: manifest([0]), executedRuns: 1 }, 3210),
    ).toBe('spam:train  trained in 3.2 s  accuracy 0.98  model 3.4 MB in 2 files\n');
    expect(
      stepText('spam:train', { state: 'restored', manifest: manifest([0, 1]), executedRuns: 0 }, 3),
    ).toBe('spam:train  restored  accuracy 0.985 ± 0.007071  2 seeds  model 3.4 MB in 2 files\n');
    expect(stepText('spam:train', { state: 'skipped', because: 'mails:data failed' }, 0)).toBe(
      'spam:train  skipped: mails:data failed\n',
    );
  });

  it('says what, what else helps, and the mend; a bug shows its stack', () => {
    const error = new MlError('ERR_ML_COMMAND_FAILED', {
      message: 'it failed',
      fix: 'Mend it.',
      detail: ['last line'],
    });
    expect(errorText(error)).toBe('ERR_ML_COMMAND_FAILED  it failed\n    last line\n  Mend it.\n');
    expect(errorText(new TypeError('oops'))).toMatch(/TypeError: oops\n\s+at /);
  });
});

describe('numbers for people', () => {
  it.each([
    [12, '12 ms'],
    [1234, '1.2 s'],
    [65_000, '1 m 5 s'],
    [7_260_000, '2 h 1 m'],
    [59_999, '60.0 s'],
    [119_900, '2 m 0 s'],
  ])('%d ms is %s', (ms, text) => {
    expect(durationText(ms)).toBe(text);
  });
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [2_500_000, '2.5 MB'],
  ])('%d bytes are %s', (bytes, text) => {
    expect(sizeText(bytes)).toBe(text);
  });
  it.each([
    [1, '1'],
    [0.983712, '0.9837'],
    [1234.5678, '1235'],
    [0.00001234567, '0.00001235'],
  ])('%d reads %s', (value, text) => {
    expect(numberText(value)).toBe(text);
  });
});
