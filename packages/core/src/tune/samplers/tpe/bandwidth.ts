/** Below a hundredth of a parameter's width no kernel is narrower, however many trials there are. */
const NARROWEST = 1 / 100;

/**
 * How wide each point's kernel is: as far as to the farther of its two neighbours, so that kernels are narrow where the search is dense
 * (Bergstra et al. 2011), and at least 1/(n + 2), so that a few points at one place do not end the search of all others. The outermost
 * have one neighbour: the bounds are none, or what lies near them would never be looked at closely.
 *
 * @param places from 0 to 1, in any order.
 */
export function bandwidths(places: Float64Array): Float64Array {
  const count = places.length;
  const least = Math.max(NARROWEST, 1 / (count + 2));
  const widths = new Float64Array(count);
  const [only] = places;
  if (count === 1 && only !== undefined) widths[0] = Math.max(only, 1 - only);
  const order = Uint32Array.from(places.keys()).sort((a, b) => (places[a] ?? 0) - (places[b] ?? 0));
  for (let rank = 1; rank < count; rank += 1) {
    const [left, right] = [order[rank - 1] ?? 0, order[rank] ?? 0];
    const gap = Math.max(least, (places[right] ?? 0) - (places[left] ?? 0));
    widths[left] = Math.max(widths[left] ?? 0, gap);
    widths[right] = gap;
  }
  return widths;
}
