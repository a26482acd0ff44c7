import { isJsonObject } from '../kernel/index.js';

/** Conditions that no program on node meets. */
const foreignConditions = /^(?:types(?:@.*)?|browser|deno|react-native|edge-light|workerd)$/;

/**
 * What `exports` or `imports` of a package.json may map a key to (`.`, `./sub`, `#name`): the targets under every
 * condition, as the conditions that a program is started with are not known here. Empty if the key is not there.
 */
export function mappedTargets(map: unknown, key: string): readonly string[] {
  const entries = isKeyed(map) ? Object.entries(map as object) : [['.', map] as const];
  const exact = entries.find(([name]) => name === key && !name.includes('*'));
  if (exact !== undefined) return targetsOf(exact[1]);
  const [best] = entries
    .flatMap(([name, target]) => matchPattern(name, key, target))
    .sort((a, b) => b.prefix.length - a.prefix.length);
  return best === undefined
    ? []
    : targetsOf(best.target).map((target) => target.replaceAll('*', best.rest) + best.tail);
}

function isKeyed(map: unknown): boolean {
  return isJsonObject(map) && Object.keys(map).some((key) => key.startsWith('.') || key.startsWith('#'));
}

interface PatternMatch {
  readonly prefix: string;
  readonly target: unknown;
  readonly rest: string;
  /** What a folder mapping (`./lib/`, of old) leaves to be appended. */
  readonly tail: string;
}

function matchPattern(name: string, key: string, target: unknown): PatternMatch[] {
  if (name.endsWith('/') && key.startsWith(name))
    return [{ prefix: name, target, rest: '*', tail: key.slice(name.length) }];
  const [prefix = '', suffix] = name.split('*');
  if (suffix === undefined || !key.startsWith(prefix) || !key.endsWith(suffix)) return [];
  if (key.length < prefix.length + suffix.length) return [];
  return [{ prefix, target, rest: key.slice(prefix.length, key.length - suffix.length), tail: '' }];
}

function targetsOf(target: unknown): string[] {
  if (typeof target === 'string') return [target];
  if (Array.isArray(target)) return target.flatMap(targetsOf);
  if (!isJsonObject(target)) return [];
  return Object.entries(target).flatMap(([condition, inner]) =>
    foreignConditions.test(condition) ? [] : targetsOf(inner),
  );
}
