import { isJsonObject, messageOf } from '../../kernel/index.js';
import { unreachable } from './failure.js';
import type { PrometheusQueries } from './settings.js';
import type { Readings } from './state.js';

/** What was ever counted of one arm. @throws MlError ERR_ML_DEPLOY_TARGET where it cannot be told */
export async function readingsOf(queries: PrometheusQueries, revision: string): Promise<Readings> {
  const [requests, errors, slow] = await Promise.all(
    (['requests', 'errors', 'slow'] as const).map((key) =>
      numberOf(queries.url, queries[key].replaceAll('{revision}', revision)),
    ),
  );
  return { requests: requests ?? 0, errors: errors ?? 0, slow: slow ?? 0 };
}

async function numberOf(url: string, query: string): Promise<number> {
  const answer = await answerOf(url, query);
  const data = isJsonObject(answer) && answer['status'] === 'success' ? answer['data'] : undefined;
  const result = isJsonObject(data) ? data['result'] : undefined;
  if (!Array.isArray(result) || result.length > 1)
    throw unreachable(`Prometheus gives no single number for ${query}`, undefined, 'Sum it up: sum(…).');
  // No series yet: nothing was counted.
  if (result.length === 0) return 0;
  const [first] = result as [{ value?: readonly unknown[] }];
  const value = Math.round(Number(first.value?.[1]));
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw unreachable(`Prometheus gives ${String(first.value?.[1])} for ${query}, which is no count`);
}

async function answerOf(url: string, query: string): Promise<unknown> {
  try {
    const address = `${url.replace(/\/$/, '')}/api/v1/query`;
    const response = await fetch(address, {
      method: 'POST',
      body: new URLSearchParams({ query }),
      redirect: 'error',
      signal: AbortSignal.timeout(10_000),
    });
    return await response.json();
  } catch (cause) {
    throw unreachable(
      `Prometheus at ${url} gives no answer: ${messageOf(cause)}`,
      cause,
      'Look whether it can be reached from here.',
    );
  }
}
