import type { Tails } from './enumeration.js';

/** `count` units of the same whole-numbered magnitude. */
export interface Level {
  readonly weight: number;
  readonly count: number;
}

/** From this many units of one weight on, one convolution with their binomial is cheaper than a step for each. */
const BINOMIAL_FROM = 200;
/** Standard deviations of a binomial that are kept; what is beyond is below 1e-37. */
const KEPT_DEVIATIONS = 13;

/** Steps that {@link latticeTails} takes, about. */
export function latticeCost(levels: readonly Level[], reach: number): number {
  return levels.reduce((cost, { count }) => cost + termsOf(count) * (reach + 1), 0);
}

function termsOf(count: number): number {
  return count < BINOMIAL_FROM ? count : KEPT_DEVIATIONS * Math.sqrt(count);
}

/**
 * Both tails of the sum of signed whole numbers, by adding the levels one after the other to the distribution. Only
 * probabilities are added, so that small ones keep their digits. What leaves the window is counted into both tails, so
 * that neither is ever too small.
 *
 * @param observed a sum that the levels can have.
 * @param reach how far from 0 the distribution is kept; the callers take 7 standard deviations, and 5 more than what
 * was seen.
 */
export function latticeTails(levels: readonly Level[], observed: number, reach: number): Tails {
  const state = new Window(reach);
  for (const { weight, count } of levels)
    if (count < BINOMIAL_FROM) for (let unit = 0; unit < count; unit++) state.add(weight, COIN);
    else state.add(weight, binomialMass(count));
  return state.tails(observed);
}

/** Binomial(count, 1/2): the probabilities of `first` successes and on. */
interface BinomialMass {
  readonly count: number;
  readonly first: number;
  readonly mass: Float64Array;
}

const COIN: BinomialMass = { count: 1, first: 0, mass: Float64Array.of(0.5, 0.5) };

function binomialMass(count: number): BinomialMass {
  const middle = count >> 1;
  const half = Math.min(middle, Math.ceil((KEPT_DEVIATIONS / 2) * Math.sqrt(count)));
  const mass = new Float64Array(2 * half + 1);
  mass[half] = 1;
  for (let step = 1; step <= half; step++) {
    mass[half + step] = ((mass[half + step - 1] ?? 0) * (count - middle - step + 1)) / (middle + step);
    mass[half - step] = ((mass[half - step + 1] ?? 0) * (middle - step + 1)) / (count - middle + step);
  }
  const total = mass.reduce((sum, probability) => sum + probability, 0);
  return { count, first: middle - half, mass: mass.map((probability) => probability / total) };
}

/** Where the distribution goes after a step: place p of what was is place p + shift of what is next. */
interface Target {
  readonly next: Float64Array;
  readonly shift: number;
  readonly size: number;
}

/**
 * The distribution of the plus side: with R the sum of all weights so far and A that of the weights with a plus, the
 * sum is 2A - R. Kept for the A about R/2.
 */
class Window {
  #mass: Float64Array;
  #spare: Float64Array;
  #base = 0;
  #size = 1;
  #total = 0;
  #lost = 0;

  constructor(private readonly reach: number) {
    this.#mass = new Float64Array(reach + 3);
    this.#spare = new Float64Array(reach + 3);
    this.#mass[0] = 1;
  }

  /** A grows by the weight times the successes. */
  add(weight: number, { count, first, mass }: BinomialMass): void {
    this.#total += weight * count;
    const base = Math.max(0, Math.ceil((this.#total - this.reach) / 2));
    const end = Math.min(this.#total, Math.floor((this.#total + this.reach) / 2));
    const target = { next: this.#spare, shift: this.#base - base, size: end - base + 1 };
    if (mass.length === 2) this.#toss(target, weight);
    else {
      target.next.fill(0, 0, target.size);
      mass.forEach((probability, index) => {
        this.#spread({ ...target, shift: target.shift + weight * (first + index) }, probability);
      });
    }
    [this.#mass, this.#spare] = [target.next, this.#mass];
    this.#base = base;
    this.#size = target.size;
  }

  /**
   * One unit: half of the mass stays, half moves by its weight. In one pass, since most of the time of a test is spent
   * here.
   */
  #toss({ next, shift, size }: Target, weight: number): void {
    const mass = this.#mass;
    const jump = shift + weight;
    // The window never moves down, so that what stays begins at 0, and what moves begins and ends no earlier.
    const stayEnd = Math.max(0, this.#clip(shift, size, 0.5).to + shift);
    const moved = this.#clip(jump, size, 0.5);
    const [start, end] = [moved.from + jump, moved.to + jump];
    const both = Math.min(start, stayEnd);
    for (let at = 0; at < both; at++) next[at] = 0.5 * (mass[at - shift] ?? 0);
    for (let at = both; at < stayEnd; at++)
      next[at] = 0.5 * ((mass[at - shift] ?? 0) + (mass[at - jump] ?? 0));
    if (stayEnd < start) next.fill(0, stayEnd, start);
    for (let at = Math.max(start, stayEnd); at < end; at++) next[at] = 0.5 * (mass[at - jump] ?? 0);
    next.fill(0, end, size);
  }

  /** Adds the mass, shifted, to what is next. */
  #spread({ next, shift, size }: Target, probability: number): void {
    const mass = this.#mass;
    const { from, to } = this.#clip(shift, size, probability);
    for (let place = from; place < to; place++)
      next[place + shift] = (next[place + shift] ?? 0) + probability * (mass[place] ?? 0);
  }

  /** Which places of the mass are still within after the shift; what of it is not is lost. */
  #clip(shift: number, size: number, probability: number): { readonly from: number; readonly to: number } {
    const from = Math.min(this.#size, Math.max(0, -shift));
    const to = Math.max(from, Math.min(this.#size, size - shift));
    for (let place = 0; place < from; place++) this.#lost += probability * (this.#mass[place] ?? 0);
    for (let place = to; place < this.#size; place++) this.#lost += probability * (this.#mass[place] ?? 0);
    return { from, to };
  }

  tails(observed: number): Tails {
    const place = (observed + this.#total) / 2 - this.#base;
    let [greater, less] = [this.#lost, this.#lost];
    for (let at = 0; at < this.#size; at++) {
      const probability = this.#mass[at] ?? 0;
      if (at >= place) greater += probability;
      if (at <= place) less += probability;
    }
    return { greater: Math.min(1, greater), less: Math.min(1, less) };
  }
}
