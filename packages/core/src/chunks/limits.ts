/**
 * The shape of chunks, part of the format: with other numbers the same file is cut elsewhere, and nothing that was
 * sent before is found again. Measured in docs/design/chunks.md.
 */
const kibi = 1024;

/** No chunk but a file's last is shorter. Bytes. */
export const minChunk = 16 * kibi;
/** Up to here a cut is made unlikely, from here on likely, so that sizes stay near 46 KB. Bytes. */
export const turn = 32 * kibi;
/** No chunk is longer. Bytes. */
export const maxChunk = 256 * kibi;

/** A cut is where the hash is below this: before the turn once in 2^18 bytes, then once in 2^14. */
export const unlikely = 2 ** 14;
export const likely = 2 ** 18;

/** Files below this travel whole: what chunks could spare is not worth their round trips. Bytes. */
export const minChunkedFile = 16 * kibi * kibi;
/** Files above this travel whole: the list of their chunks would take the memory of everyone who handles it. Bytes. */
export const maxChunkedFile = 32 * kibi * kibi * kibi;

/** Chunks of a segment at most. */
export const maxSegmentChunks = 1024;
/** Bytes of a chunk blob, about. One chunk or segment may go beyond. */
export const chunkBlobSize = 32 * kibi * kibi;

/** So many chunks of another file, 4.6 GB of it, are compared one by one. Their places take memory. */
export const maxCompared = 100_000;
/** More new bytes than this travel as a whole object, for the same reason. */
export const mostNew = 4 * kibi * kibi * kibi;
