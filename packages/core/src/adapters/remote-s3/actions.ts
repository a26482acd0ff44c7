import type { Action } from './refusal.js';

/** What is asked of a bucket and may be refused; docs/guides/s3.md has the policy that allows it. */
export const actions = {
  list: { words: 'list what is there', permission: 's3:ListBucket' },
  look: { words: 'look at an object', permission: 's3:GetObject' },
  read: { words: 'read an object', permission: 's3:GetObject' },
  write: { words: 'write an object', permission: 's3:PutObject' },
  create: { words: 'create an object', permission: 's3:PutObject' },
  remove: { words: 'remove an object', permission: 's3:DeleteObject' },
} as const satisfies Record<string, Action>;
