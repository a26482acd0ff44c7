import { createCipheriv, createHash } from 'node:crypto';

/** Bytes that look random and are the same for the same seed on every machine. */
export function noise(seed: number, length: number): Buffer {
  const key = createHash('sha256').update(String(seed)).digest();
  const cipher = createCipheriv('aes-256-ctr', key, Buffer.alloc(16));
  return cipher.update(Buffer.alloc(length));
}
