/**
 * The shape of chunks, part of the format: with other numbers the same file is cut elsewhere, and nothing that was
 * sent before is found again. Measured in docs/design/chunks.md.
 */
const kibi = 1024;

/** No chunk but a file's last is shorter. Bytes. */
export const minChunk = 32 * kibi;
/** Up to here a cut is made unlikely, from here on likely, so that sizes stay near 64 KB. Bytes. */
export const turn = 48 * kibi;
/** No chunk is longer. Bytes. */
export const maxChunk = 256 * kibi;

/** A cut is where the hash is below this: before the turn once in 2^18 bytes, then once in 2^14. */
export const unlikely = 2 ** 14;
export const likely = 2 ** 18;

/** Files below this travel whole: what chunks could spare is not worth their round trips. Bytes. */
export const minChunkedFile = 16 * kibi * kibi;
/** Files above this travel whole: the list of their chunks would take the memory of everyone who handles it. Bytes. */
export const maxChunkedFile = 64 * kibi * kibi * kibi;

/** Chunks of a segment at most. */
export const maxSegmentChunks = 1024;
/** Bytes of a chunk blob, about. One chunk or segment may go beyond. */
export const chunkBlobSize = 32 * kibi * kibi;
