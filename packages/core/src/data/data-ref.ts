/** What is said of data: by us with its digest, by DVC with the sum that it keeps it by. */
export interface DataRef {
  readonly kind: 'file' | 'tree';
  /** `sha256:` or `md5:`, and hexadecimal digits. */
  readonly digest: string;
  /** Bytes; undefined where nobody noted it. */
  readonly size: number | undefined;
  /** How many there are: 1 for a file; undefined where nobody noted it. */
  readonly files: number | undefined;
}
