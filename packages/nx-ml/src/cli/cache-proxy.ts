import { renameSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

import { askingOf, openUpstream, patienceOf, startCacheProxy } from '@nx-ml/core/adapters/cache-proxy';
import type { CacheProxy } from '@nx-ml/core/adapters/cache-proxy';
import { jobCredentials, mintedCredentials, saysWho } from '@nx-ml/core/adapters/server-session';
import { isMlError, messageOf, MlError, seededRng } from '@nx-ml/core/kernel';

import { abortOnExit } from '../abort-on-exit.js';
import { help, nxVariables, otherCaches, settingsOf } from '../cache-proxy/index.js';
import type { ProxySettings } from '../cache-proxy/index.js';
import { cacheProxyText, noCredentialsText, otherCachesText } from '../report/cache-proxy-text.js';
import { errorText } from '../report/error-text.js';
import { systemClock } from '../system-clock.js';
import type { CliCommand, CliIo } from './command.js';
import { runInPlace } from './run-in-place.js';
import { findWorkspaceRoot } from './workspace-root.js';

export const cacheProxy: CliCommand = {
  help,
  isPassedOn: true,
  async run(args, io) {
    const root = findWorkspaceRoot(io.cwd);
    const settings = settingsOf({ args, variables: process.env, root, cwd: io.cwd });
    const others = otherCaches(root, process.env);
    if (others.length > 0) process.stderr.write(otherCachesText(others));
    if (!saysWho(process.env)) process.stderr.write(noCredentialsText);
    return settings.command.length > 0 ? runCommand(settings, root, io) : serve(settings, io);
  },
};

/** A run goes on without a remote cache where the proxy cannot be started. */
async function runCommand(settings: ProxySettings, root: string, { cwd }: CliIo): Promise<number> {
  const proxy = await start(settings).catch((error: unknown) => {
    if (!isMlError(error)) throw error;
    process.stderr.write(`${errorText(error)}  It goes on without a remote cache.\n`);
    return undefined;
  });
  const [program = '', ...args] = settings.command;
  const env = {
    ...process.env,
    PATH: [join(root, 'node_modules/.bin'), process.env['PATH'] ?? ''].join(delimiter),
    ...(proxy === undefined ? {} : nxVariables(proxy, process.env)),
  };
  try {
    return await runInPlace({ program, args, cwd, env }).catch((cause: unknown) => {
      throw new MlError('ERR_ML_USAGE', {
        message: `${program} cannot be started: ${messageOf(cause)}`,
        fix: 'Name a program on the PATH, or by its path, after --.',
        cause,
      });
    });
  } finally {
    if (proxy !== undefined) await finish(proxy, settings);
  }
}

/** Until this process is told to end. */
async function serve(settings: ProxySettings, io: CliIo): Promise<number> {
  const abort = abortOnExit();
  try {
    const proxy = await start(settings);
    tellReady(proxy, settings, io);
    if (!abort.signal.aborted)
      await new Promise((resolve) => {
        abort.signal.addEventListener('abort', resolve);
      });
    abort.dispose();
    await finish(proxy, settings);
    return 0;
  } finally {
    abort.dispose();
  }
}

function start({
  upstream,
  timeout,
  pins,
  port,
  queue,
  maxQueue,
  maxEntry,
}: ProxySettings): Promise<CacheProxy> {
  const patience = patienceOf(timeout);
  const job = { server: upstream, variables: process.env, ask: askingOf(patience), clock: systemClock };
  const seed = crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
  return startCacheProxy({
    upstream: openUpstream(upstream, patience),
    // Without any a server may still let read.
    credentials: jobCredentials(job) ?? mintedCredentials(undefined),
    ...{ pins, port, maxQueue, maxEntry },
    queueFolder: queue,
    clock: systemClock,
    rng: seededRng(seed),
  });
}

/** Sends what is left; another ctrl-C leaves it for the next start. */
async function finish(proxy: CacheProxy, { drain, json, upstream }: ProxySettings): Promise<void> {
  const abort = abortOnExit();
  try {
    const summary = await proxy.finish(drain * 1000, abort.signal);
    const place = upstream.href.replace(/\/$/, '');
    process.stderr.write(json ? `${JSON.stringify(summary)}\n` : cacheProxyText(summary, place));
  } finally {
    abort.dispose();
  }
}

function tellReady(proxy: CacheProxy, { printsEnv, readyFile }: ProxySettings, io: CliIo): void {
  const lines = Object.entries(nxVariables(proxy, process.env)).map(([name, value]) => `${name}=${value}\n`);
  if (printsEnv) io.write(lines.join(''));
  if (readyFile === undefined) return;
  // Whoever waits for the file finds all of it, and nobody else on this machine reads the token.
  const partial = `${readyFile}.${String(process.pid)}.part`;
  writeFileSync(partial, lines.join(''), { mode: 0o600, flag: 'wx' });
  renameSync(partial, readyFile);
}
