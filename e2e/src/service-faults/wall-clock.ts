import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Loaded into a process before anything else: its wall clock is off by what a file says, its monotonic clock is not. */
const preload = `
const { readFileSync } = require('node:fs');
const [RealDate, file] = [Date, process.env.SPEC_CLOCK];
let [offset, readAt] = [0, -Infinity];
function off() {
  if (performance.now() - readAt < 5) return offset;
  readAt = performance.now();
  return (offset = Number(readFileSync(file, 'utf8')));
}
globalThis.Date = class Date extends RealDate {
  constructor(...given) {
    if (given.length === 0) super(RealDate.now() + off());
    else super(...given);
  }
  static now() {
    return RealDate.now() + off();
  }
};
`;

/** A wall clock of processes that can be set while they run. */
export class WallClock {
  readonly env: Readonly<Record<string, string>>;
  readonly #file: string;

  constructor(folder: string) {
    this.#file = join(folder, 'clock');
    const hook = join(folder, 'clock.cjs');
    writeFileSync(hook, preload);
    this.set(0);
    this.env = { NODE_OPTIONS: `--require ${hook}`, SPEC_CLOCK: this.#file };
  }

  /** Milliseconds that it is ahead. */
  set(ahead: number): void {
    writeFileSync(this.#file, String(ahead));
  }
}
