import type { KeyObject } from 'node:crypto';
import { join, resolve } from 'node:path';

import { parsePublicKey, parseScope } from '@nx-ml/core/cache';
import type { Scope } from '@nx-ml/core/cache';
import { isMlError, MlError } from '@nx-ml/core/kernel';
import { bytesRule, parseBytes } from '@nx-ml/core/manifest';
import { parseRemoteAddress } from '@nx-ml/core/remote';

import { parseOptions, usageError } from '../cli/command.js';
import type { ParsedOptions } from '../cli/command.js';

type Variables = Readonly<Record<string, string | undefined>>;

export interface ProxySettings {
  readonly upstream: URL;
  readonly port: number;
  /** Absolute. */
  readonly queue: string;
  readonly maxQueue: number;
  readonly maxEntry: number;
  /** Seconds. */
  readonly timeout: number;
  readonly drain: number;
  readonly pins: { readonly keys: readonly KeyObject[]; readonly scope: Scope | undefined };
  /** Empty: it runs until it is told to end. */
  readonly command: readonly string[];
  readonly printsEnv: boolean;
  /** Absolute. */
  readonly readyFile: string | undefined;
  readonly json: boolean;
}

export const help = `nx-ml cache-proxy --upstream URL [OPTIONS] -- COMMAND [ARGS...]
nx-ml cache-proxy --upstream URL [OPTIONS] [--print-env] [--ready-file FILE]

Runs a command, such as nx affected, with a remote cache that cannot fail it: Nx asks a proxy on this machine, and the proxy asks the
server. A server that is down, slow, lying or corrupt costs hits, never a finished task. Entries are verified before Nx gets
them; what cannot be sent waits on disk. Ends with the exit code of the command, and tells on standard error what the
cache did. Without a command it runs until it is told to end (ctrl-C, SIGTERM).

  --upstream URL      the server, https://…; default: NX_ML_CACHE_SERVER
  --port N            of 127.0.0.1; default: any that is free
  --queue FOLDER      where entries wait for the server; default: .nx-ml/cache-queue of the workspace
  --queue-max SIZE    of all that wait; default: 4GB
  --max-entry SIZE    of one entry, as it travels; default: 2GB
  --timeout SECONDS   of silence, after which the server counts as failing; default: 10
  --drain SECONDS     how long entries are still sent at the end; default: 60
  --print-env         without a command: print the variables for Nx, one NAME=value a line, when it is ready
  --ready-file FILE   without a command: write them to this file
  --json              the summary as one JSON object

Who this is, the server learns from NX_ML_TOKEN; or from an ID token of the job: of GitHub Actions with "id-token: write" by itself
(NX_ML_CACHE_AUDIENCE: for whom, default the server), of GitLab in NX_ML_ID_TOKEN. NX_ML_CACHE_KEY=ed25519:… pins the
key of the server (several with commas between them), NX_ML_CACHE_SCOPE the scope. docs/guides/cache-proxy.md

Examples
  nx-ml cache-proxy --upstream https://cache.example.org -- nx affected -t train
  nx-ml cache-proxy --upstream https://cache.example.org --ready-file proxy.env &
`;

const options = {
  upstream: { type: 'string' },
  port: { type: 'string' },
  queue: { type: 'string' },
  'queue-max': { type: 'string' },
  'max-entry': { type: 'string' },
  timeout: { type: 'string' },
  drain: { type: 'string' },
  'print-env': { type: 'boolean' },
  'ready-file': { type: 'string' },
  json: { type: 'boolean' },
} as const;

interface Asked {
  readonly args: readonly string[];
  readonly variables: Variables;
  /** Both absolute. */
  readonly root: string;
  readonly cwd: string;
}

/** @throws MlError ERR_ML_USAGE, ERR_ML_REMOTE_ADDRESS, ERR_ML_CACHE_KEY, ERR_ML_SCOPE_INVALID */
export function settingsOf({ args, variables, root, cwd }: Asked): ProxySettings {
  const { own, command } = parted(args);
  const { values } = own;
  const text = (name: string): string | undefined => {
    const value = values[name];
    return typeof value === 'string' ? value : undefined;
  };
  const readyFile = text('ready-file');
  return {
    upstream: upstreamOf(text('upstream') ?? variables['NX_ML_CACHE_SERVER']),
    port: numberOf('port', text('port') ?? '0', 65_535),
    queue: resolve(cwd, text('queue') ?? join(root, '.nx-ml/cache-queue')),
    maxQueue: bytesOf('queue-max', text('queue-max') ?? '4GB'),
    maxEntry: bytesOf('max-entry', text('max-entry') ?? '2GB'),
    timeout: numberOf('timeout', text('timeout') ?? '10', 3600, 1),
    drain: numberOf('drain', text('drain') ?? '60', 86_400),
    pins: pinsOf(variables),
    command,
    printsEnv: values['print-env'] === true,
    readyFile: readyFile === undefined ? undefined : resolve(cwd, readyFile),
    json: values['json'] === true,
  };
}

/** What is ours and what is the command's, which stands behind `--`. */
function parted(args: readonly string[]): {
  readonly own: ParsedOptions;
  readonly command: readonly string[];
} {
  const end = args.indexOf('--');
  const own = parseOptions(end < 0 ? args : args.slice(0, end), options, help);
  if (own.positionals.length > 0)
    throw usageError(`Write -- before the command: -- ${own.positionals.join(' ')}`, help);
  const command = end < 0 ? [] : args.slice(end + 1);
  if (end >= 0 && command.length === 0) throw usageError('There is no command after --', help);
  return { own, command };
}

function upstreamOf(text: string | undefined): URL {
  if (text === undefined || text === '') throw usageError('--upstream is missing', help);
  if (!/^https?:/i.test(text)) throw usageError('--upstream names no server; it begins with https://', help);
  const address = asUpstream(() => parseRemoteAddress(text));
  if (address.kind !== 'http') throw usageError('--upstream names no server', help);
  return new URL(`${address.origin}${address.path}/`);
}

/** Says of the address where it was written; it is read as that of a remote. */
function asUpstream<T>(parse: () => T): T {
  try {
    return parse();
  } catch (cause) {
    if (!isMlError(cause)) throw cause;
    throw new MlError(cause.code, {
      message: cause.message.replace(
        /the remote \(.*?\)/,
        'the cache server (--upstream, or NX_ML_CACHE_SERVER)',
      ),
      fix: 'Write https://host, or http://127.0.0.1:port where a tunnel begins. The token comes from NX_ML_TOKEN, never from the address.',
      cause,
    });
  }
}

function numberOf(name: string, text: string, most: number, least = 0): number {
  const number = /^\d{1,6}$/.test(text) ? Number(text) : NaN;
  if (number >= least && number <= most) return number;
  throw usageError(`--${name} ${text} is no number from ${String(least)} to ${String(most)}`, help);
}

function bytesOf(name: string, text: string): number {
  const bytes = parseBytes(text);
  if (bytes === undefined) throw usageError(`--${name} ${text} is not ${bytesRule}`, help);
  return bytes;
}

function pinsOf(variables: Variables): ProxySettings['pins'] {
  const keys = (variables['NX_ML_CACHE_KEY'] ?? '').split(',').filter((key) => key.trim() !== '');
  const scope = variables['NX_ML_CACHE_SCOPE'] ?? '';
  return { keys: keys.map(parsePublicKey), scope: scope === '' ? undefined : parseScope(scope) };
}
