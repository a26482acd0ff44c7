import type { FastifyInstance } from 'fastify';

import { fakeIo } from '../testing/fake-io.js';
import { untilStopped } from './until-stopped.js';

/** A listener whose requests end when the spec says so. */
function busyApp() {
  const closes: (() => void)[] = [];
  const app = {
    server: { closeAllConnections: () => undefined },
    close: () => new Promise<void>((resolve) => closes.push(resolve)),
  };
  return { app: app as unknown as FastifyInstance, closes };
}

/** Sends an event to whoever waits for it since `action`, and to nobody else in this process. */
function listening<T>(action: () => T): { readonly result: T; send(event: string): void } {
  const events = ['SIGTERM', 'SIGINT', 'disconnect'];
  const before = new Map(events.map((event) => [event, new Set(process.rawListeners(event))]));
  const result = action();
  return {
    result,
    send: (event) => {
      for (const listener of process.rawListeners(event))
        if (before.get(event)?.has(listener) !== true) (listener as () => void)();
    },
  };
}

describe('untilStopped', () => {
  it.each(['SIGTERM', 'SIGINT', 'disconnect'])('lets what is under way end, after %s', async (event) => {
    const { app, closes } = busyApp();
    const io = fakeIo();
    const { result, send } = listening(() => untilStopped(app, io));
    send(event);
    expect(io.told()).toContain('requests under way are ended first');
    closes[0]?.();
    await expect(result).resolves.toBeUndefined();
    const left = listening(() => undefined);
    left.send(event);
    expect(closes).toHaveLength(1);
  });

  it('takes one ctrl-C that comes by several ways for one', async () => {
    let now = 0;
    const { app, closes } = busyApp();
    const clock = { now: () => 0, monotonic: () => now };
    const { result, send } = listening(() => untilStopped(app, fakeIo({ clock })));
    for (const event of ['SIGINT', 'SIGTERM', 'disconnect']) {
      send(event);
      now += 300;
    }
    expect(closes).toHaveLength(1);
    closes[0]?.();
    await expect(result).resolves.toBeUndefined();
  });
});
