import type { Outcome } from '../traffic.js';

let last = { now: Number.NaN, text: '' };

/** Many requests end in the same millisecond. */
function timeOf(now: number): string {
  if (last.now !== now) last = { now, text: new Date(now).toISOString() };
  return last.text;
}

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
  return `{"time":"${timeOf(now)}","model":${
    model === undefined
      ? 'null'
      : `"${model.name}","version":"${model.version}","release":"${release ?? ''}","arm":"${arm ?? ''}"`
  },"status":${String(status)},"ms":${took.toFixed(2)}${
    request?.id === undefined ? '' : `,"id":${JSON.stringify(request.id.slice(0, 200))}`
  }${failure === undefined ? '' : `,"error":${JSON.stringify(failure.message.slice(0, 500))}`}}\n`;
}
