import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

import { ChunkList } from '../../chunks/index.js';
import type { Chunker, CutFile, CutOptions } from '../../chunks/index.js';
import { fromHex, messageOf, MlError } from '../../kernel/index.js';
import type { FromReader, ThreadTask } from './messages.js';
import { Ring, ringMemory } from './ring.js';
import type { RingMemory } from './ring.js';

/** How the threads are started. */
export interface ThreadPrograms {
  readonly reader: string;
  readonly hasher: string;
  /** Options of Node. */
  readonly nodeArgs: readonly string[];
}

const ownPrograms: ThreadPrograms = {
  reader: join(__dirname, 'reader-main.js'),
  hasher: join(__dirname, 'hasher-main.js'),
  nodeArgs: [],
};

/** Both threads make little but digests that are garbage at once: it need not pile up. MB. */
const resourceLimits = { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 128 };

/** Cuts with two threads a file, which end with it. */
export class ThreadChunker implements Chunker {
  readonly #programs: ThreadPrograms;
  /** Kept for the next file: memory that threads share is given back late, and piles up. */
  #idle: RingMemory | undefined;

  constructor(programs = ownPrograms) {
    this.#programs = programs;
  }

  async cut(path: string, { signal, onBytes }: CutOptions = {}): Promise<CutFile> {
    if (signal?.aborted === true) throw cancelled(path);
    const task: ThreadTask = { path, memory: this.#memory() };
    const { reader, hasher, nodeArgs } = this.#programs;
    const threads = [reader, hasher].map(
      (file) => new Worker(file, { workerData: task, execArgv: [...nodeArgs], resourceLimits }),
    );
    try {
      return await outcome(path, threads, { signal, onBytes });
    } finally {
      new Ring(task.memory).set('stop', 1);
      await Promise.all(threads.map((thread) => thread.terminate()));
      this.#idle = task.memory;
    }
  }

  #memory(): RingMemory {
    const memory = this.#idle ?? ringMemory();
    this.#idle = undefined;
    new Uint8Array(memory.state).fill(0);
    return memory;
  }
}

/** The first thing that decides: the reader's result, a thread's death, the signal. */
function outcome(path: string, threads: readonly Worker[], options: CutOptions): Promise<CutFile> {
  const { signal, onBytes } = options;
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      reject(cancelled(path));
    };
    signal?.addEventListener('abort', abort, { once: true });
    for (const thread of threads) {
      thread.on('error', (error) => {
        reject(lost(path, messageOf(error), error));
      });
      thread.on('exit', (code) => {
        signal?.removeEventListener('abort', abort);
        if (code !== 0) reject(lost(path, `it was ended with code ${String(code)}`));
      });
    }
    threads[0]?.on('message', (message: FromReader) => {
      if (message.kind === 'read') onBytes?.(message.bytes);
      else if (message.kind === 'cut') resolve(cutFile(message));
      else reject(problem(path, message));
    });
  });
}

function cutFile({ digest, size, list }: Extract<FromReader, { kind: 'cut' }>): CutFile {
  return {
    digest: fromHex(Buffer.from(digest).toString('hex')),
    size,
    chunks: new ChunkList(Buffer.from(list.buffer, list.byteOffset, list.byteLength)),
  };
}

function problem(path: string, message: Exclude<FromReader, { kind: 'cut' | 'read' }>): MlError {
  switch (message.kind) {
    case 'changed':
      return new MlError('ERR_ML_SOURCE_CHANGED', {
        message: `${path} changed while it was being read`,
        fix: 'Wait until whatever writes there has ended, then try again.',
      });
    case 'irregular':
      return new MlError('ERR_ML_PATH_UNSAFE', {
        message: `${path} ${message.what}`,
        fix: 'Put the file itself there.',
      });
    case 'failed':
      return new MlError('ERR_ML_FILE_INACCESSIBLE', {
        message: `${path} cannot be read: ${message.message}`,
        fix: 'Check that the file is there and that you may read it.',
      });
  }
}

function lost(path: string, why: string, cause?: unknown): MlError {
  return new MlError('ERR_ML_THREAD_LOST', {
    message: `A thread that cut ${path} into chunks died: ${why}`,
    fix: 'Try again with more memory free; if it goes on, report it.',
    cause,
  });
}

function cancelled(path: string): MlError {
  return new MlError('ERR_ML_CANCELLED', {
    message: `Cutting ${path} into chunks was cancelled`,
    fix: 'Start it again.',
  });
}
