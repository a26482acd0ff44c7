import type { MlEvent } from '@nx-ml/core/usecases';

import { liveProgress } from './live-progress.js';

describe('liveProgress', () => {
  const ref = { project: 'digits', step: 'train' } as const;
  let now: number;
  let lines: string[];
  let emit: (event: MlEvent) => void;

  beforeEach(() => {
    now = 0;
    lines = [];
    emit = liveProgress({ write: (text) => lines.push(text), now: () => now, every: 5000 });
  });

  const progress = (step: number, elapsedMs: number, seed: number | null = 1) => {
    emit({ type: 'run-progress', ref, seed, elapsedMs, progress: { step, of: 4, metrics: { loss: 0.5 } } });
  };

  it('is silent for short runs, then tells each run now and then, with what is left', () => {
    emit({ type: 'run-started', ref, seed: 1 });
    now = 4000;
    progress(1, 4000);
    now = 6000;
    progress(2, 6000);
    progress(3, 6100);
    now = 12_000;
    progress(4, 12_000);
    expect(lines).toEqual([
      'digits:train seed 1  2/4  loss 0.5  6.0 s  about 6.0 s left\n',
      'digits:train seed 1  4/4  loss 0.5  12.0 s\n',
    ]);
  });

  it('says what a run waits for', () => {
    emit({ type: 'run-waiting', ref, seed: null, reason: 'GPU or memory is in use' });
    expect(lines).toEqual(['digits:train  waits: GPU or memory is in use\n']);
  });
});
