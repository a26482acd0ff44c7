const start = '.nx-ml-';
/** `.nx-ml-<machine>-<pid>-<16 hex>-<n>.tmp`; earlier ones have no machine. */
const pattern = /^\.nx-ml-(?:[0-9a-f]{8}-)?[0-9]+-[0-9a-f]{16}-[0-9]+\.tmp$/;

/**
 * Whether a file or folder of this name, no path, is something of ours that is being built beside its target, or was when its process
 * was killed: it is nobody's data, and no part of any tree.
 */
export function isUnfinished(name: string): boolean {
  return name.startsWith(start) && pattern.test(name);
}
