import { isAlias, isMap, isNode, isPair, isScalar, isSeq, visit } from '../kernel/yaml.js';
import type { Node, Pair, YAMLMap } from '../kernel/yaml.js';

import { isMergeKey, offsetOf } from './yaml-values.js';

export type YamlPath = readonly (string | number)[];

/** Offsets in UTF-16 code units. The key of a list item, and of the whole document, is the value itself. */
export interface YamlPlace {
  readonly key: number;
  readonly value: number;
}

/** Finds a path below a node, through aliases and merge keys, as far as the path exists. */
export function locate(root: unknown, path: YamlPath): YamlPlace {
  let node = resolve(root, root);
  let place: YamlPlace = { key: offsetOf(node), value: offsetOf(node) };
  for (const part of path) {
    const step = stepInto(node, part, root);
    if (step === undefined) return place;
    place = step.place;
    node = resolve(step.node, root);
  }
  return place;
}

interface Step {
  readonly node: unknown;
  readonly place: YamlPlace;
}

function stepInto(node: unknown, part: string | number, root: unknown): Step | undefined {
  if (isSeq(node)) {
    const item = node.items[Number(part)];
    return item === undefined
      ? undefined
      : { node: item, place: { key: offsetOf(item), value: offsetOf(item) } };
  }
  const pair = isMap(node) ? findPair(node, String(part), root) : undefined;
  if (pair === undefined) return undefined;
  const key = offsetOf(pair.key);
  return { node: pair.value, place: { key, value: isNode(pair.value) ? offsetOf(pair.value) : key } };
}

/** @param depth of merge keys still followed: a map that merges itself was reported, and must not hang the report. */
function findPair(map: YAMLMap, key: string, root: unknown, depth = 8): Pair | undefined {
  const pairs = map.items.filter((pair) => isPair(pair) && isScalar(pair.key));
  const own = pairs.find((pair) => isScalar(pair.key) && String(pair.key.value) === key);
  if (own !== undefined || depth === 0) return own;
  for (const pair of pairs) {
    if (!isScalar(pair.key) || !isMergeKey(pair.key)) continue;
    const found = mergedMaps(pair.value, root)
      .map((source) => findPair(source, key, root, depth - 1))
      .find((candidate) => candidate !== undefined);
    if (found !== undefined) return found;
  }
  return undefined;
}

function mergedMaps(node: unknown, root: unknown): readonly YAMLMap[] {
  const target = resolve(node, root);
  const sources = isSeq(target) ? target.items : [target];
  return sources.map((source) => resolve(source, root)).filter((source) => isMap(source));
}

/** The node that an alias names: the last one before it with that anchor. */
function resolve(node: unknown, root: unknown): unknown {
  if (!isAlias(node) || !isNode(root)) return node;
  let found: Node | undefined;
  visit(root, {
    Node: (_, candidate) => {
      if (candidate === node) return visit.BREAK;
      if (!isAlias(candidate) && candidate.anchor === node.source) found = candidate;
      return undefined;
    },
  });
  return found ?? node;
}
