/** Cuts files into chunks in threads. docs/design/chunks.md */
import type { Chunker } from '../../chunks/index.js';
import { ThreadChunker } from './thread-chunker.js';

export function openChunker(): Chunker {
  return new ThreadChunker();
}
