import { createHash } from 'node:crypto';

/**
 * The part of a data set that an example belongs to: 60% train, 20% validation, 20% test.
 *
 * The key alone decides. An example therefore stays where it is when others come or go, and
 * examples with the same key (two copies of a mail, say) are never torn apart between parts.
 *
 * @param {string | Uint8Array} key
 * @returns {'train' | 'validation' | 'test'}
 */
export function splitOf(key) {
  const draw = createHash('sha256').update(key).digest().readUInt32BE() / 2 ** 32;
  if (draw < 0.6) return 'train';
  return draw < 0.8 ? 'validation' : 'test';
}

/** Sorts examples into their parts; inside a part they keep their order. */
export function split(examples, keyOf) {
  const parts = { train: [], validation: [], test: [] };
  for (const example of examples) parts[splitOf(keyOf(example))].push(example);
  return parts;
}
