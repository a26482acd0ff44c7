import { digestOf, hexOf } from '../kernel/index.js';

/** Any text as one readable segment of a journal's name, and no two texts as the same. */
export function journalSegment(text: string): string {
  const readable = text.replace(/[^A-Za-z0-9_-]+/g, '-').slice(0, 80);
  return `${readable}.${hexOf(digestOf(text)).slice(0, 12)}`;
}
