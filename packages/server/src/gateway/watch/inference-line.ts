import type { Outcome } from '../traffic.js';

/**
 * One line of JSON about a request: who answered, how it went, how long it took; nothing of what was asked but its id.
 *
 * @param now wall clock, milliseconds
 */
export function inferenceLine(
  { model, arm, status, took, request, failure, release }: Outcome,
  now: number,
): string {
  // By hand: this is made for each request.
  return `{"time":"${new Date(now).toISOString()}","model":${
    model === undefined
      ? 'null'
      : `"${model.name}","version":"${model.version}","release":"${release ?? ''}","arm":"${arm ?? ''}"`
  },"status":${String(status)},"ms":${took.toFixed(2)}${
    request?.id === undefined ? '' : `,"id":${JSON.stringify(request.id.slice(0, 200))}`
  }${failure === undefined ? '' : `,"error":${JSON.stringify(failure.message.slice(0, 500))}`}}\n`;
}
