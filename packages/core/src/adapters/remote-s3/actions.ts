import type { Action } from './refusal.js';

/** Everything that is ever asked of a bucket; docs/guides/s3.md has the policy that allows it. */
export const actions = {
  list: { words: 'list what is there', permission: 's3:ListBucket' },
  look: { words: 'look at an object', permission: 's3:GetObject' },
  read: { words: 'read an object', permission: 's3:GetObject' },
  write: { words: 'write an object', permission: 's3:PutObject' },
  create: { words: 'create an object', permission: 's3:PutObject' },
  remove: { words: 'remove an object', permission: 's3:DeleteObject' },
  listUploads: { words: 'list unfinished uploads', permission: 's3:ListBucketMultipartUploads' },
  listParts: { words: 'list the parts of an upload', permission: 's3:ListMultipartUploadParts' },
  abandon: { words: 'abandon an upload', permission: 's3:AbortMultipartUpload' },
} as const satisfies Record<string, Action>;
