import type { JsonObject } from '../../kernel/index.js';
import type { ListedVersion, Release } from '../../registry/index.js';
import { objectIn, pairsIn, textIn } from './answers.js';
import type { MlflowClient } from './client.js';

/** A request may hold 1,000. */
const atOnce = 500;

/** Names of metrics that the run of a version lacks; none of a run that somebody deleted, which takes no more. */
export async function missingInRun(
  client: MlflowClient,
  { run }: ListedVersion,
  { metrics }: Release,
): Promise<readonly string[]> {
  if (run === undefined) return [];
  const found = await client.find('runs/get', { run_id: run });
  if (found === undefined) return [];
  const { info, data } = partsOf(objectIn(found, 'run'));
  if (textIn(info, 'lifecycle_stage') === 'deleted') return [];
  const there = pairsIn(data, 'metrics');
  return Object.keys(metrics).filter((name) => !there.has(metricName(name)));
}

/** Always of the time of the version and step 0: what is sent twice is one. */
export async function logMetrics(
  client: MlflowClient,
  run: string,
  { metrics, at }: Release,
  names: readonly string[],
): Promise<void> {
  for (let start = 0; start < names.length; start += atOnce) {
    const some = names.slice(start, start + atOnce).flatMap((name) => {
      const value = metrics[name];
      return value === undefined ? [] : [{ key: metricName(name), value, timestamp: at, step: 0 }];
    });
    await client.post('runs/log-batch', { run_id: run, metrics: some });
  }
}

/** Names of slices hold characters that MLflow refuses. */
function metricName(name: string): string {
  return name.replace(/[^\w.\-/ ]/g, '_').slice(0, 250);
}

function partsOf(run: JsonObject): { readonly info: JsonObject; readonly data: JsonObject } {
  return { info: objectIn(run, 'info'), data: objectIn(run, 'data') };
}
