import { closeSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs';

import { messageOf } from '@nx-ml/core/kernel';

import { placeOf } from '../route/choose-arm.js';
import type { Outcome } from '../traffic.js';

export interface RequestLogOptions {
  /** Absolute: a file of JSON lines; older ones are beside it, `.1` the youngest of them. */
  readonly file: string;
  /** Of the requests, from 0 to 1. */
  readonly sample: number;
  /** Of one file. */
  readonly bytes: number;
  /** Files, with the one that is being written. */
  readonly files: number;
  /** Wall clock, milliseconds. */
  readonly now: () => number;
  /** A text of chance, for requests without an id. */
  readonly chance: () => string;
  readonly warn: (line: string) => void;
}

/** Milliseconds that lines wait for one another, and bytes of them at most: what comes beyond them is dropped and told. */
const [gather, mostWaiting] = [100, 16 * 2 ** 20];

/**
 * A sample of requests with their answers, whole, for monitoring: inputs are data of users. The sample is by id, so that it holds both
 * the request and its feedback's request. A disk that fails costs lines, never an answer.
 */
export class RequestLog {
  #lines: string[] = [];
  #waiting = 0;
  #dropped = 0;
  #timer: NodeJS.Timeout | undefined;
  #file: number | undefined;
  #size = 0;

  constructor(private readonly options: RequestLogOptions) {}

  add({ request, model, release, arm, status, text, took }: Outcome): void {
    if (request === undefined || model === undefined) return;
    const { sample, chance, now } = this.options;
    if (sample < 1 && placeOf('request-log', request.id ?? chance()) >= sample) return;
    if (this.#waiting > mostWaiting) {
      this.#dropped += 1;
      return;
    }
    const { name, version } = model;
    const head = {
      time: new Date(now()).toISOString(),
      model: name,
      version,
      release,
      arm,
      status,
      ms: took,
    };
    // Both are JSON already; the body is written anew, on one line.
    const line = `${JSON.stringify(head).slice(0, -1)},"request":${JSON.stringify(request.json)},"answer":${text}}\n`;
    this.#lines.push(line);
    this.#waiting += line.length;
    this.#timer ??= setTimeout(() => {
      this.flush();
    }, gather);
  }

  /** Writes what waits. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const bytes = Buffer.from(this.#lines.join(''));
    this.#lines = [];
    this.#waiting = 0;
    try {
      if (bytes.length > 0) this.#write(bytes);
      if (this.#dropped > 0)
        this.options.warn(`request log: ${String(this.#dropped)} requests were not written`);
    } catch (error) {
      this.#close();
      this.options.warn(`request log: ${this.options.file} cannot be written: ${messageOf(error)}`);
    }
    this.#dropped = 0;
  }

  close(): void {
    this.flush();
    this.#close();
  }

  #write(bytes: Buffer): void {
    this.#open();
    if (this.#size > 0 && this.#size + bytes.length > this.options.bytes) this.#rotate();
    if (this.#file !== undefined) for (let at = 0; at < bytes.length;) at += writeSync(this.#file, bytes, at);
    this.#size += bytes.length;
  }

  #open(): void {
    if (this.#file !== undefined) return;
    // Of users' data: for nobody else's eyes.
    this.#file = openSync(this.options.file, 'a', 0o600);
    this.#size = fstatSync(this.#file).size;
  }

  #rotate(): void {
    const { file, files } = this.options;
    this.#close();
    for (let at = files - 1; at > 0; at -= 1)
      moveIfThere(at === 1 ? file : `${file}.${String(at - 1)}`, `${file}.${String(at)}`);
    this.#open();
  }

  #close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }
}

function moveIfThere(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
