import type { S3Address } from '../../../remote/index.js';

interface Place {
  readonly endpoint: string;
  readonly region: string;
}

/** An address of that server, or of whatever stands before it. */
export function addressOf({ endpoint, region }: Place, prefix: string): S3Address {
  return { kind: 's3', bucket: 'specs', prefix, endpoint, region };
}
