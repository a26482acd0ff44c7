const mebibyte = 2 ** 20;
const usualPart = 16 * mebibyte;
/** S3 takes no more. */
const mostParts = 10_000;

/** A piece of an upload. */
export interface Part {
  /** From 1. */
  readonly number: number;
  readonly start: number;
  /** Beyond its last byte. */
  readonly end: number;
}

/** The parts of a blob of that many bytes: always the same ones, so that another process can go on with them. */
export function partsOf(size: number): Part[] {
  const length = Math.max(usualPart, Math.ceil(size / mostParts / mebibyte) * mebibyte);
  return Array.from({ length: Math.ceil(size / length) }, (_, index) => ({
    number: index + 1,
    start: index * length,
    end: Math.min((index + 1) * length, size),
  }));
}
