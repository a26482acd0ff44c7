import { setFlagsFromString } from 'node:v8';

/**
 * Lets the heap grow by a fifth of what is alive before it is swept again, where V8 would wait for it to double or more: a command
 * that handles 300,000 files takes a third less memory for it, and hardly more time. docs/design/store.md has the figures.
 */
export function spareMemory(): void {
  setFlagsFromString('--heap-growing-percent=20');
}
