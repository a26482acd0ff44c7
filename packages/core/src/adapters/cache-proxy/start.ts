import { randomBytes } from 'node:crypto';

import { ProxyTally } from '../../cache-proxy/index.js';
import type { ProxySummary, RetrySchedule } from '../../cache-proxy/index.js';
import { messageOf, MlError } from '../../kernel/index.js';
import type { Clock, Rng } from '../../kernel/index.js';
import type { Credentials } from '../server-session/index.js';
import { openFile, SpoolFailure } from './files/spool.js';
import type { OpenFile } from './files/spool.js';
import { openFront } from './front/front.js';
import { EntryReader } from './reading/entry-reader.js';
import { Trust } from './reading/trust.js';
import type { Pins } from './reading/trust.js';
import type { Upstream } from './upstream/ask.js';
import { writeEntry } from './writing/entry-writer.js';
import { QueueFolder } from './writing/queue-folder.js';
import type { QueuedFile } from './writing/queue-folder.js';
import { QueueSender } from './writing/queue-sender.js';

export interface CacheProxyOptions {
  readonly upstream: Upstream;
  readonly credentials: Credentials;
  readonly pins: Pins;
  /** Of loopback; 0: any that is free. */
  readonly port: number;
  /** Absolute; made where it is missing. */
  readonly queueFolder: string;
  /** Bytes that may wait for the server. */
  readonly maxQueue: number;
  /** Bytes of one entry, as it travels. Unpacked it may have sixteen times as many. */
  readonly maxEntry: number;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly opening?: OpenFile;
  /** How often one question is asked. */
  readonly asking?: RetrySchedule;
}

export interface CacheProxy {
  /** What Nx is told: NX_SELF_HOSTED_REMOTE_CACHE_SERVER and …_ACCESS_TOKEN. */
  readonly address: string;
  readonly token: string;
  /**
   * Ends it. What waits is sent for so many milliseconds, or until the signal; what is left stays for the next start, or is dropped where
   * that could not send it.
   */
  finish(drainMs: number, signal: AbortSignal): Promise<ProxySummary>;
}

const maxEntries = 200_000;
const usualAsking = { attempts: 3, firstMs: 200, longestMs: 2000 };
const writeSchedule = { firstMs: 500, longestMs: 30_000 };

/**
 * Starts it.
 *
 * @throws MlError ERR_ML_FILE_INACCESSIBLE where the queue folder, and ERR_ML_USAGE where the port cannot be had: a run then goes on
 * without a remote cache
 */
export async function startCacheProxy(options: CacheProxyOptions): Promise<CacheProxy> {
  const { upstream, credentials, pins, clock, rng, maxEntry, opening = openFile } = options;
  const tally = new ProxyTally();
  const queue = await openQueue(options, opening);
  const sender = new QueueSender({
    upstream,
    credentials,
    queue,
    tally,
    clock,
    rng,
    schedule: writeSchedule,
  });
  const reader = new EntryReader({
    ...{ upstream, credentials, tally, clock, rng, opening, maxEntry },
    trust: new Trust(upstream, credentials, pins),
    folder: queue.folder,
    limits: { bytes: maxEntry * 16, entries: maxEntries },
    schedule: options.asking ?? usualAsking,
  });
  const behind = {
    read: reader.read.bind(reader),
    write: writeEntry.bind(undefined, { queue, sender, tally }),
  };
  const token = randomBytes(32).toString('base64url');
  const front = await openFront(behind, token, options.port).catch((cause: unknown) => {
    throw noPort(options.port, cause);
  });
  sender.start(await queue.list());
  return {
    address: `http://127.0.0.1:${String(front.port)}`,
    token,
    finish: async (drainMs, signal) => {
      const left = await sender.drain(drainMs, signal);
      await front.close();
      upstream.agent.destroy();
      await settle(left, { tally, queue, isLasting: credentials.lasting !== undefined });
      return tally.summary();
    },
  };
}

function noPort(port: number, cause: unknown): MlError {
  return new MlError('ERR_ML_USAGE', {
    message: `Port ${String(port)} of this machine cannot be used: ${messageOf(cause)}`,
    fix: 'Give another --port, or none.',
    cause,
  });
}

async function openQueue(
  { credentials, upstream, clock, queueFolder, maxQueue, maxEntry }: CacheProxyOptions,
  opening: OpenFile,
): Promise<QueueFolder> {
  // Without a lasting secret nobody could tell later who wrote an entry: then the owner is this process alone.
  const secret = credentials.lasting ?? randomBytes(32).toString('hex');
  const owner = { token: secret, upstream: upstream.address.href };
  const queue = { folder: queueFolder, owner, maxBytes: maxQueue, maxEntry, opening };
  try {
    return await QueueFolder.open(queue, clock.now());
  } catch (cause) {
    if (!(cause instanceof SpoolFailure)) throw cause;
    throw new MlError('ERR_ML_FILE_INACCESSIBLE', {
      message: `${queueFolder}: ${cause.why}`,
      fix: 'Name a folder of your own that nobody else may write: --queue FOLDER.',
      cause,
    });
  }
}

interface Settling {
  readonly tally: ProxyTally;
  readonly queue: QueueFolder;
  readonly isLasting: boolean;
}

async function settle(left: readonly QueuedFile[], { tally, queue, isLasting }: Settling): Promise<void> {
  for (const file of left) {
    if (isLasting) {
      tally.wrote({ kind: 'kept' });
      continue;
    }
    tally.wrote({ kind: 'dropped', why: 'there was no time to send it' });
    await queue.remove(file).catch(() => undefined);
  }
}
