import { readFileSync } from 'node:fs';

import { isMlError, messageOf, MlError } from '@nx-ml/core/kernel';

import { parseOidcConfig } from '../../access/oidc/index.js';
import type { OidcConfig } from '../../access/oidc/index.js';
import { parseListenAddress } from '../../app/listen-address.js';
import type { ListenAddress } from '../../app/listen-address.js';
import type { CertificateFiles } from '../../app/tls/index.js';
import type { Io } from '../command.js';
import { Options } from '../options.js';
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

const texts = [
  'storage',
  'listen',
  'tls-cert',
  'tls-key',
  'quota',
  'scope-quota',
  'store-quota',
  'store-scope-quota',
  'max-entry',
  'oidc',
];
const switches = ['behind-proxy', 'no-access-log', 'no-status'];

/** Options win over variables, and there are defaults for most. @throws MlError ERR_ML_USAGE, ERR_ML_SERVER_CONFIG */
export function parseServeOptions(args: readonly string[], io: Io, help: string): ServeOptions {
  const given = new Options(args, io, { help, texts, switches });
  const bytes = (name: string): number | undefined => parseBytes(given.setting(name), `--${name}`);
  const options: ServeOptions = {
    storage: given.storage(),
    state: given.state(),
    listen: parseListenAddress(given.setting('listen') ?? '127.0.0.1:9310'),
    tls: tlsOf(given.path('tls-cert'), given.path('tls-key')),
    isBehindProxy: given.isSet('behind-proxy'),
    quota: bytes('quota'),
    scopeQuota: bytes('scope-quota'),
    storeQuota: bytes('store-quota'),
    storeScopeQuota: bytes('store-scope-quota'),
    maxEntry: bytes('max-entry'),
    oidc: readOidc(given.path('oidc')),
    isLogging: !given.isSet('no-access-log'),
    isSilent: given.isSet('no-status'),
  };
  refuseOpenAddress(options);
  return options;
}

export function tlsOf(cert: string | undefined, key: string | undefined): CertificateFiles | undefined {
  if (cert !== undefined && key !== undefined) return { cert, key };
  if (cert === undefined && key === undefined) return undefined;
  throw new MlError('ERR_ML_USAGE', {
    message: 'A certificate and its key belong together',
    fix: 'Give both --tls-cert and --tls-key, as PEM files.',
  });
}

function readOidc(path: string | undefined): OidcConfig | undefined {
  if (path === undefined) return undefined;
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
