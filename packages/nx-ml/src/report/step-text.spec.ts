import { buildStepManifest } from '@nx-ml/core/documents';
import { MlError } from '@nx-ml/core/kernel';
import type { Digest } from '@nx-ml/core/kernel';

import { errorText } from './error-text.js';
import { stepText } from './step-text.js';

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
