/** A number as it is written: `digits` x 10^-`scale`. Doubles cannot add a tenth three times and get 0.3; these can. */
interface Decimal {
  readonly digits: bigint;
  readonly scale: number;
}

/** What the shortest text of a finite number says. */
function decimalOf(value: number): Decimal {
  const [mantissa = '0', exponent = '0'] = String(value).split('e');
  const [whole = '0', fraction = ''] = mantissa.split('.');
  return { digits: BigInt(whole + fraction), scale: fraction.length - Number(exponent) };
}

function digitsAt({ digits, scale }: Decimal, common: number): bigint {
  return digits * 10n ** BigInt(common - scale);
}

/** The values low, low + step, ... high. */
export interface Levels {
  /** At most 2^53 - 1. */
  readonly count: number;
  /** The double that is nearest to low + index x step as decimals: 0.3, not 0.30000000000000004. */
  readonly at: (index: number) => number;
  /** Undefined for what is no level. */
  readonly indexOf: (value: number) => number | undefined;
}

/**
 * @returns the largest value below `high` that steps of `step` reach from `low` as `last` where `high` is not one of them.
 */
export function levelsOf(low: number, high: number, step: number): Levels | { readonly last: number } {
  const decimals = [low, high, step].map(decimalOf);
  const scale = Math.max(...decimals.map((decimal) => decimal.scale));
  const [from = 0n, to = 0n, by = 1n] = decimals.map((decimal) => digitsAt(decimal, scale));
  const at = (index: bigint): number => Number(`${String(from + index * by)}e${String(-scale)}`);
  const rest = (to - from) % by;
  if (rest !== 0n) return { last: at((to - from) / by) };
  const most = (to - from) / by;
  return {
    count: Number(most) + 1,
    at: (index) => at(BigInt(index)),
    indexOf: (value) => {
      const decimal = decimalOf(value);
      if (decimal.scale > scale) return undefined;
      const above = digitsAt(decimal, scale) - from;
      return above < 0n || above % by !== 0n || above / by > most ? undefined : Number(above / by);
    },
  };
}

/** `value` to a multiple of 10^exponent, without the tail of digits that a product with 10^exponent would have. */
export function roundedTo(value: number, exponent: number): number {
  const count = Math.round(exponent < 0 ? value * 10 ** -exponent : value / 10 ** exponent);
  return Number.isSafeInteger(count) ? Number(`${String(count)}e${String(exponent)}`) + 0 : value;
}
