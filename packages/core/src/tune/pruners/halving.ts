import type { Direction } from '../samplers/index.js';
import { isBetter, readingAt } from './pruner.js';
import type { Course, Pruner } from './pruner.js';

export interface HalvingOptions {
  readonly direction: Direction;
  /** The resource at which a trial is first judged. */
  readonly least: number;
  /** One in so many goes on at each rung, which is so many times as far as the one before. Default: 4. */
  readonly reduction?: number;
}

/**
 * Successive halving without waiting, by the rule of Optuna's SuccessiveHalvingPruner: at each rung a trial goes on when it is among the
 * best floor(n / reduction) of the n that have reached it by then, itself among them, and before there are so many when it is the best.
 * Strict from the first trial on: the second is judged by the first alone.
 *
 * @throws RangeError for a least that is not above 0, or a reduction below 2.
 */
export function halvingPruner(options: HalvingOptions): Pruner {
  const { direction } = options;
  const reduction = checked(options);
  return {
    reasonToEnd: (trial, others) =>
      atRungs(trial, others, options, ({ value, values, rung }) => {
        const kept = Math.max(1, Math.floor((values.length + 1) / reduction));
        const better = values.filter((other) => isBetter(other, value, direction)).length;
        return better < kept ? undefined : told(rung, better, values.length + 1);
      }),
  };
}

export interface AshaOptions extends HalvingOptions {
  /** Trials take turns in so many brackets, of which each is first judged `reduction` times as late as the one before. Default: 1. */
  readonly brackets?: number;
}

/**
 * Asynchronous successive halving (Li et al. 2020) in its stopping form: nothing waits for others, and nothing that was ended is taken
 * up again. At each rung a trial goes on when it is among the best of those that have reached it, one in `reduction`, rounded up. So the
 * first ones go on until there is somebody to compare them with, which costs little and keeps the rungs above filled.
 *
 * @throws RangeError for a least that is not above 0, a reduction below 2, or brackets that are no whole number above 0.
 */
export function ashaPruner(options: AshaOptions): Pruner {
  const { direction, brackets = 1 } = options;
  const reduction = checked(options);
  if (!Number.isSafeInteger(brackets) || brackets < 1) throw new RangeError(`${String(brackets)} brackets`);
  return {
    reasonToEnd: (trial, others) => {
      const bracket = trial.number % brackets;
      const peers = others.filter(({ number }) => number % brackets === bracket);
      const least = options.least * reduction ** bracket;
      return atRungs(trial, peers, { ...options, least }, ({ value, values, rung }) => {
        const kept = Math.ceil((values.length + 1) / reduction);
        const better = values.filter((other) => isBetter(other, value, direction)).length;
        return values.length + 1 < reduction || better < kept
          ? undefined
          : told(rung, better, values.length + 1);
      });
    },
  };
}

function checked({ least, reduction = 4 }: HalvingOptions): number {
  if (!(least > 0) || !Number.isFinite(least)) throw new RangeError(`a first rung at ${String(least)}`);
  if (!(reduction >= 2) || !Number.isFinite(reduction))
    throw new RangeError(`a reduction of ${String(reduction)}`);
  return reduction;
}

interface AtRung {
  readonly rung: number;
  readonly value: number;
  /** Of the others that have reached it. */
  readonly values: readonly number[];
}

/** The first reason at a rung that the trial has reached with its last reading. Those below were passed before; what is no number passes none. */
function atRungs(
  trial: Course,
  others: readonly Course[],
  { least, reduction = 4 }: HalvingOptions,
  judge: (at: AtRung) => string | undefined,
): string | undefined {
  const last = trial.readings.at(-1);
  const before = trial.readings.at(-2)?.resource ?? 0;
  if (last === undefined) return undefined;
  for (let rung = least; rung <= last.resource; rung *= reduction) {
    if (rung <= before) continue;
    const values = others.flatMap((other) => readingAt(other, rung)?.value ?? []);
    if (Number.isNaN(last.value)) return `no number at ${String(rung)}`;
    const reason = judge({ rung, value: last.value, values });
    if (reason !== undefined) return reason;
  }
  return undefined;
}

function told(rung: number, better: number, of: number): string {
  return `${String(better)} of the ${String(of)} that reached ${String(rung)} are better`;
}
