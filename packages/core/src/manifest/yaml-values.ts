import { isAlias, isMap, isPair, isScalar, isSeq } from '../kernel/yaml.js';
import type { Alias, Node, Scalar, YAMLMap } from '../kernel/yaml.js';

import { isJsonObject } from '../kernel/index.js';
import type { JsonObject, JsonValue } from '../kernel/index.js';
import { scalarProblem } from './yaml-scalars.js';
import type { YamlProblem } from './yaml-problems.js';

const maxDepth = 64;
const maxExpansions = 100;

interface Anchor {
  /** Undefined while the anchored value is still being read: an alias to it would never end. */
  value: JsonValue | undefined;
  /** Aliases expanded within it. */
  expansions: number;
}

/** Turns the nodes of one document into JSON values, and collects what cannot be one. */
export class YamlValues {
  readonly problems: YamlProblem[] = [];
  private readonly anchors = new Map<string, Anchor>();
  private expansions = 0;
  private depth = 0;

  of(node: unknown): JsonValue {
    if (isAlias(node)) return this.ofAlias(node);
    if (!isScalar(node) && !isMap(node) && !isSeq(node)) return null;
    if (node.anchor === undefined) return this.ofPlain(node);
    const anchor: Anchor = { value: undefined, expansions: 0 };
    this.anchors.set(node.anchor, anchor);
    const before = this.expansions;
    const value = this.ofPlain(node);
    anchor.expansions = this.expansions - before;
    anchor.value = value;
    return value;
  }

  private ofPlain(node: Node): JsonValue {
    if (isScalar(node)) return this.ofScalar(node);
    if (this.depth >= maxDepth) {
      this.report(node, 'values are nested too deeply', 'Nest at most 64 levels.');
      return null;
    }
    this.depth += 1;
    const value = isMap(node)
      ? this.ofMap(node)
      : isSeq(node)
        ? node.items.map((item) => this.of(item))
        : null;
    this.depth -= 1;
    return value;
  }

  private ofScalar(node: Scalar): JsonValue {
    const problem = scalarProblem(node);
    if (problem !== undefined) this.report(node, problem.message, problem.fix);
    const { value } = node;
    if (typeof value === 'number') return value === 0 ? 0 : value;
    return typeof value === 'string' || typeof value === 'boolean' ? value : null;
  }

  private ofAlias(node: Alias): JsonValue {
    const anchor = this.anchors.get(node.source);
    if (anchor?.value === undefined) {
      const what =
        anchor === undefined ? 'names no anchor before it' : 'stands within the value that it names';
      this.report(node, `the alias *${node.source} ${what}`, 'Write the value out.');
      return null;
    }
    const before = this.expansions;
    this.expansions += 1 + anchor.expansions;
    if (this.expansions <= maxExpansions) return anchor.value;
    if (before <= maxExpansions)
      this.report(node, 'aliases are expanded more than 100 times', 'Write the values out.');
    return null;
  }

  private ofMap(node: YAMLMap): JsonObject {
    const value: Record<string, JsonValue> = {};
    const merged: JsonObject[] = [];
    for (const pair of node.items) {
      if (!isPair(pair) || !isScalar(pair.key)) continue;
      if (isMergeKey(pair.key)) merged.push(...this.mergeSources(pair.value));
      else this.addPair(value, pair.key, pair.value);
    }
    for (const source of merged)
      for (const [key, item] of Object.entries(source)) if (!Object.hasOwn(value, key)) value[key] = item;
    return value;
  }

  private addPair(map: Record<string, JsonValue>, keyNode: Scalar, valueNode: unknown): void {
    const key = String(keyNode.value);
    const item = this.of(valueNode);
    const fault = keyFault(key);
    if (fault !== undefined) this.report(keyNode, fault, 'Use another key.');
    else if (Object.hasOwn(map, key)) this.reportTwice(keyNode, key);
    else map[key] = item;
  }

  private reportTwice(node: Scalar, key: string): void {
    const message = `the key \`${key}\` stands twice in one map`;
    this.problems.push({ offset: offsetOf(node), syntax: true, message, fix: 'Keep one of the two.' });
  }

  private mergeSources(node: unknown): readonly JsonObject[] {
    const before = this.problems.length;
    const value = this.of(node);
    if (this.problems.length > before) return [];
    const sources = Array.isArray(value) ? (value as readonly JsonValue[]) : [value];
    if (sources.every((source) => isJsonObject(source))) return sources;
    this.report(node, 'the merge key `<<` takes an alias to a map, or a list of such', 'Write the keys out.');
    return [];
  }

  private report(node: unknown, message: string, fix: string): void {
    this.problems.push({ offset: offsetOf(node), syntax: false, message, fix });
  }
}

/** `<<` without quotes. */
export function isMergeKey(key: Scalar): boolean {
  return key.value === '<<' && key.type === 'PLAIN';
}

function keyFault(key: string): string | undefined {
  if (key === '') return 'a key is empty';
  if (key === '__proto__') return 'the key `__proto__` cannot be used';
  return key.isWellFormed() ? undefined : 'a key holds half of a surrogate pair';
}

export function offsetOf(node: unknown): number {
  return (isAlias(node) || isScalar(node) || isMap(node) || isSeq(node) ? node.range?.[0] : undefined) ?? 0;
}
