import { performance } from 'node:perf_hooks';

import type { Clock } from '@nx-ml/core/kernel';

export const systemClock: Clock = { now: () => Date.now(), monotonic: () => performance.now() };
