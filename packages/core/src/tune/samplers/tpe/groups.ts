import { canonicalJson } from '../../../kernel/index.js';
import type { Dimension, Point } from '../../space/index.js';

/** Indexes of dimensions that exist together or not at all, so that one density over all of them can be estimated. */
export type Group = readonly [number, ...number[]];

/** A group for each set of conditions, each after those on which it hangs. */
export function groupsOf(dimensions: readonly Dimension[]): readonly Group[] {
  const groups = new Map<string, [number, ...number[]]>();
  dimensions.forEach(({ parameter }, index) => {
    const key = canonicalJson(parameter.when.map(({ parameter: on, values }) => [on, values]));
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [index]);
    else group.push(index);
  });
  return [...groups.values()];
}

export function isIn(group: Group, point: Point): boolean {
  return !Number.isNaN(point[group[0]]);
}
