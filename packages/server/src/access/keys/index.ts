/** The keys that entries are signed with: `signing.key`, and in `signing.pub` those of before. docs/design/cache.md */
export { describeKey, SigningKeyFile } from './signing-keys.js';
export type { SigningKeys } from './signing-keys.js';
