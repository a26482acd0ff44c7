import { canonicalJson } from '../kernel/index.js';

/** A document as people read and git merges it: keys sorted, two spaces, a final newline. */
export function prettyJson(value: unknown): string {
  return `${JSON.stringify(JSON.parse(canonicalJson(value)), null, 2)}\n`;
}
