import type { MlEvent } from '@nx-ml/core/usecases';

import { countText, durationText, numberText, sizeText } from './quantities.js';

export interface LiveProgressOptions {
  readonly write: (text: string) => void;
  /** Milliseconds from an arbitrary start. */
  readonly now: () => number;
  /** A step tells its progress at most this often. Milliseconds. */
  readonly every?: number;
}

/**
 * One plain line now and then for every running step, so that a long training shows that it lives and where its metric
 * stands. Lines, not a redrawn screen: they pass through Nx's own output, logs and CI alike. Short runs stay silent.
 */
export function liveProgress({ write, now, every = 5000 }: LiveProgressOptions): (event: MlEvent) => void {
  const told = new Map<string, number>();
  return (event) => {
    if (event.type === 'history-lost') {
      write(`${event.ref.project}:${event.ref.step}  not entered into the history: ${event.error.message}\n`);
      return;
    }
    if (event.type === 'remote-failed') {
      write(`going on without the remote: ${event.error.message}\n`);
      return;
    }
    if (event.type === 'fetched') {
      write(`fetched ${countText(event.objects, 'object')}, ${sizeText(event.size)}, from ${event.place}\n`);
      return;
    }
    const id = `${event.ref.project}:${event.ref.step}${event.seed === null ? '' : ` seed ${String(event.seed)}`}`;
    if (event.type === 'run-started') told.set(id, now());
    if (event.type === 'run-ended') told.delete(id);
    if (event.type === 'run-waiting') write(`${id}  waits: ${event.reason}\n`);
    if (event.type !== 'run-progress' || now() - (told.get(id) ?? 0) < every) return;
    told.set(id, now());
    write(`${id}  ${progressText(event)}\n`);
  };
}

function progressText({ progress, elapsedMs }: Extract<MlEvent, { type: 'run-progress' }>): string {
  const { step, of, metrics } = progress;
  const at =
    step === undefined ? [] : [of === undefined ? `step ${String(step)}` : `${String(step)}/${String(of)}`];
  const values = Object.entries(metrics).map(([name, value]) => `${name} ${numberText(value)}`);
  const left =
    step !== undefined && of !== undefined && step > 0 && step < of ? [leftText(step, of, elapsedMs)] : [];
  return [...at, ...values, durationText(elapsedMs), ...left].join('  ');
}

function leftText(step: number, of: number, elapsedMs: number): string {
  return `about ${durationText((elapsedMs / step) * (of - step))} left`;
}
