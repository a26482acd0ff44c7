import type { Io } from '../command.js';

export interface FakeIo extends Io {
  /** All of the answer so far. */
  written(): string;
  /** All that was told beside it. */
  told(): string;
}

/** A world for commands in this process: no environment, and a clock that stands until it is moved. */
export function fakeIo(over: Partial<Io> = {}): FakeIo {
  let written = '';
  let told = '';
  return {
    write: (text) => (written += text),
    tell: (text) => (told += text),
    cwd: '/',
    env: {},
    clock: { now: () => Date.parse('2026-11-27T12:00:00Z'), monotonic: () => 0 },
    ...over,
    written: () => written,
    told: () => told,
  };
}
