import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { isMlError, messageOf, MlError } from '@nx-ml/core/kernel';

import { parseOidcConfig } from '../../access/oidc/index.js';
import type { OidcConfig } from '../../access/oidc/index.js';
import { parseListenAddress } from '../../app/listen-address.js';
import type { ListenAddress } from '../../app/listen-address.js';
import type { CertificateFiles } from '../../app/tls/index.js';
import { parseOptions, stateFolderOf, usageError } from '../command.js';
import type { Io } from '../command.js';
import { parseBytes } from './parse-bytes.js';

export interface ServeOptions {
  readonly storage: string;
  readonly state: string;
  readonly listen: ListenAddress;
  readonly tls: CertificateFiles | undefined;
  readonly isBehindProxy: boolean;
  /** Bytes; undefined is without a bound. */
  readonly quota: number | undefined;
  readonly scopeQuota: number | undefined;
  readonly storeQuota: number | undefined;
  readonly storeScopeQuota: number | undefined;
  readonly maxEntry: number | undefined;
  /** Whose ID tokens are exchanged; undefined for nobody's. */
  readonly oidc: OidcConfig | undefined;
  readonly isLogging: boolean;
  readonly isSilent: boolean;
}

const flags = {
  storage: { type: 'string' },
  state: { type: 'string' },
  listen: { type: 'string' },
  'tls-cert': { type: 'string' },
  'tls-key': { type: 'string' },
  'behind-proxy': { type: 'boolean' },
  quota: { type: 'string' },
  'scope-quota': { type: 'string' },
  'store-quota': { type: 'string' },
  'store-scope-quota': { type: 'string' },
  'max-entry': { type: 'string' },
  oidc: { type: 'string' },
  'no-access-log': { type: 'boolean' },
  'no-status': { type: 'boolean' },
} as const;

/** Options win over variables, and there are defaults for most. @throws MlError ERR_ML_USAGE, ERR_ML_SERVER_CONFIG */
export function parseServeOptions(args: readonly string[], io: Io, help: string): ServeOptions {
  const { values, positionals } = parseOptions(args, flags, help);
  if (positionals.length > 0) throw usageError(`"${positionals.join(' ')}" stands for nothing`, help);
  const text = (name: keyof typeof flags): string | undefined => {
    const value = values[name];
    const set = typeof value === 'string' ? value : io.env[variableOf(name)];
    return set === '' ? undefined : set;
  };
  const bytes = (name: keyof typeof flags): number | undefined => parseBytes(text(name), `--${name}`);
  const options: ServeOptions = {
    storage: storageOf(text('storage'), io, help),
    state: stateFolderOf(values['state'], io, help),
    listen: parseListenAddress(text('listen') ?? '127.0.0.1:9310'),
    tls: tlsOf(text('tls-cert'), text('tls-key'), io),
    isBehindProxy: isSet('behind-proxy', values, io),
    quota: bytes('quota'),
    scopeQuota: bytes('scope-quota'),
    storeQuota: bytes('store-quota'),
    storeScopeQuota: bytes('store-scope-quota'),
    maxEntry: bytes('max-entry'),
    oidc: readOidc(text('oidc'), io),
    isLogging: !isSet('no-access-log', values, io),
    isSilent: isSet('no-status', values, io),
  };
  refuseOpenAddress(options);
  return options;
}

function isSet(
  name: keyof typeof flags,
  values: Readonly<Record<string, string | boolean | undefined>>,
  io: Io,
): boolean {
  return values[name] === true || io.env[variableOf(name)] === '1';
}

/** `--tls-cert` is `NX_ML_SERVER_TLS_CERT`. */
function variableOf(flag: string): string {
  return `NX_ML_SERVER_${flag.replaceAll('-', '_').toUpperCase()}`;
}

/** A relative folder is meant from where the command was typed. */
function storageOf(text: string | undefined, { cwd }: Io, help: string): string {
  if (text === undefined)
    throw usageError('No storage is named, neither by --storage nor by NX_ML_SERVER_STORAGE', help);
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : resolve(cwd, text);
}

export function tlsOf(cert: string | undefined, key: string | undefined, { cwd }: Io): ServeOptions['tls'] {
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined || key === undefined)
    throw new MlError('ERR_ML_USAGE', {
      message: 'A certificate and its key belong together',
      fix: 'Give both --tls-cert and --tls-key, as PEM files.',
    });
  return { cert: resolve(cwd, cert), key: resolve(cwd, key) };
}

function readOidc(file: string | undefined, { cwd }: Io): OidcConfig | undefined {
  if (file === undefined) return undefined;
  const path = resolve(cwd, file);
  try {
    return parseOidcConfig(readFileSync(path, 'utf8'), path);
  } catch (cause) {
    if (isMlError(cause)) throw cause;
    throw new MlError('ERR_ML_SERVER_CONFIG', {
      message: `${path} cannot be read: ${messageOf(cause)}`,
      fix: 'Name a JSON file that the user of the server may read; docs/guides/cache-access.md has one.',
      cause,
    });
  }
}

/** Tokens would go over the network in the clear. */
export function refuseOpenAddress({
  listen,
  tls,
  isBehindProxy,
}: Pick<ServeOptions, 'listen' | 'tls' | 'isBehindProxy'>): void {
  if (listen.isLoopback || tls !== undefined || isBehindProxy) return;
  throw new MlError('ERR_ML_USAGE', {
    message: `Without TLS the server listens on this machine alone, and not on ${listen.host}`,
    fix: 'Give --tls-cert and --tls-key; or --behind-proxy, where a proxy on a private network ends TLS.',
  });
}
