import type { Dimension } from '../../space/index.js';
import type { Placed } from '../tried.js';

/** Of more values a study tries none twice for its own sake. */
const MOST_VALUES = 10;

/**
 * Where other parameters hang on this one, the place of a value that was tried too rarely to be given up: less often than half of its even
 * share, and than one and a half times the root of all trials, so that the part that goes to such values falls as a study grows. Of
 * kinds of models, one that is good by itself would else hide those that are better once they are tuned.
 *
 * @returns undefined where no value is owed a trial.
 */
export function owedPlace(
  dimensions: readonly Dimension[],
  member: number,
  tried: readonly Placed[],
): number | undefined {
  const dimension = dimensions[member];
  if (dimension === undefined || dimension.count > MOST_VALUES || !decides(dimensions, dimension))
    return undefined;
  const counts = Array.from({ length: dimension.count }, () => 0);
  let all = 0;
  for (const { point } of tried) {
    const place = point[member] ?? NaN;
    if (Number.isNaN(place)) continue;
    const index = indexIn(dimension, place);
    counts[index] = (counts[index] ?? 0) + 1;
    all += 1;
  }
  const rarest = counts.indexOf(Math.min(...counts));
  if ((counts[rarest] ?? 0) >= Math.min(1.5 * Math.sqrt(all), all / (2 * dimension.count))) return undefined;
  return dimension.encode(dimension.at?.(rarest) ?? null);
}

function decides(dimensions: readonly Dimension[], { parameter }: Dimension): boolean {
  return dimensions.some(({ parameter: { when } }) => when.some((on) => on.parameter === parameter.name));
}

function indexIn({ count, at, encode }: Dimension, place: number): number {
  for (let index = 0; index < count; index += 1) if (encode(at?.(index) ?? null) === place) return index;
  return 0;
}
