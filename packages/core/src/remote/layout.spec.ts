import { createHash } from 'node:crypto';

import { hashInName } from './layout.js';

it('knows the hash of what is named by it', () => {
  const hex = createHash('sha256').digest('hex');
  expect(hashInName(`objects/sha256/${hex.slice(0, 2)}/${hex.slice(2)}`)).toBe(hex);
  expect(hashInName(`packs/${hex}.index`)).toBe(hex);
  expect(hashInName(`chunks/${hex}`)).toBe(hex);
  for (const name of [
    `packs/${hex}.pack`,
    `packs/${hex}`,
    `chunks/${hex}.index`,
    `recipes/sha256/${hex.slice(0, 2)}/${hex.slice(2)}`,
    'format.json',
  ])
    expect(hashInName(name)).toBeUndefined();
});
