import type { Fault } from '@nx-ml/testing/service';

import type { FaultRow } from './fault-row.js';
import type { Scene } from './scene.js';

const tried = /^begin rolled-back$/;
const refused = /^begin failed$/;

const deployed = (fault: Fault) => async (scene: Scene) => {
  await scene.promote(fault);
  return scene.deploy();
};

/** Models that no pre-flight lets through. */
export const refusedModels: readonly FaultRow[] = [
  {
    fault: 'a model that crashes when it is loaded',
    how: 'its process exits with 7',
    users: 'the release before, nothing else',
    history: '`failed`, with its exit code',
    run: deployed({ what: 'crash' }),
    outcome: /^failed$/,
    told: /exited with 7/,
    entries: refused,
  },
  {
    fault: 'a model that answers against its signature',
    how: 'it names another output, for its example too',
    users: 'the release before, nothing else',
    history: '`failed`, with the output that is missing',
    run: deployed({ what: 'schema', also: 'example' }),
    outcome: /^failed$/,
    told: /does not answer its example.*output "y" is missing/,
    entries: refused,
  },
  {
    fault: 'a model that answers NaN',
    how: 'for its example too',
    users: 'the release before, nothing else',
    history: '`failed`',
    run: deployed({ what: 'nan', also: 'example' }),
    outcome: /^failed$/,
    told: /does not answer its example/,
    entries: refused,
  },
  {
    fault: 'a model that is too slow',
    how: 'its example takes 1 s, the budget is 400 ms',
    users: 'the release before, nothing else',
    history: '`failed`, with its 95th percentile',
    run: deployed({ what: 'slow', also: 'example' }),
    outcome: /^failed$/,
    told: /answers its example in \d+ ms \(p95\), and may take 400 ms/,
    entries: refused,
  },
];

/** Models that answer their example, and go wrong on what users ask. */
export const badModels: readonly FaultRow[] = [
  {
    fault: 'a model that fails',
    how: 'each fifth real request fails, the example never',
    users: 'some of its share got its errors, until the evidence was there; then the baseline',
    history: '`rolled-back`, with the counts',
    run: deployed({ what: 'fail', share: 0.2 }),
    outcome: /^rolled-back$/,
    told: /^errors worse than the baseline/,
    entries: tried,
  },
  {
    fault: 'a model that is slow on real requests',
    how: 'half of them take 1 s, the budget is 400 ms',
    users: 'right answers, its share of them late; then the baseline',
    history: '`rolled-back`, with the counts',
    run: deployed({ what: 'slow', share: 0.5 }),
    outcome: /^rolled-back$/,
    told: /^slow worse than the baseline/,
    entries: tried,
  },
  {
    fault: 'a model that answers NaN to real requests',
    how: 'each third of them',
    users: '500 in place of its NaN, for its share; then the baseline',
    history: '`rolled-back`, with the counts',
    run: deployed({ what: 'nan', share: 0.3 }),
    outcome: /^rolled-back$/,
    told: /^errors worse than the baseline/,
    entries: tried,
  },
  {
    fault: 'a model that answers real requests against its signature',
    how: 'each third of them names another output',
    users: '500 in place of such answers, for its share; then the baseline',
    history: '`rolled-back`, with the counts',
    run: deployed({ what: 'schema', share: 0.3 }),
    outcome: /^rolled-back$/,
    told: /^errors worse than the baseline/,
    entries: tried,
  },
  {
    fault: 'a model whose process dies again and again',
    how: 'each tenth real request kills it',
    users: 'what it had in its hands was asked once more, some got 503; then the baseline',
    history: '`rolled-back`, with the counts',
    run: deployed({ what: 'die', share: 0.1 }),
    outcome: /^rolled-back$/,
    told: /^(errors|slow) worse than the baseline/,
    entries: tried,
  },
];
