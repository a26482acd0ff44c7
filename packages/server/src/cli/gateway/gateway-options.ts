import { parseTrustedKey } from '@nx-ml/core/bundle';
import type { TrustedKey } from '@nx-ml/core/bundle';
import { MlError } from '@nx-ml/core/kernel';

import { parseListenAddress } from '../../app/listen-address.js';
import type { Io } from '../command.js';
import { Options } from '../options.js';
import { parseBytes } from '../serve/parse-bytes.js';
import { refuseOpenAddress, tlsOf } from '../serve/serve-options.js';
import type { ServeOptions } from '../serve/serve-options.js';

export interface GatewayOptions extends Pick<ServeOptions, 'listen' | 'tls' | 'isBehindProxy' | 'isLogging'> {
  /** Absolute: the folder of the one release that is served. Undefined where releases are deployed. */
  readonly release: string | undefined;
  /** Where releases are deployed. */
  readonly admin: AdminPlace | undefined;
  /** Bytes. */
  readonly maxBody: number;
  /** Names of variables that processes get beside the usual ones. */
  readonly env: readonly string[];
  readonly requestLog: RequestLogPlace | undefined;
}

export interface AdminPlace extends Pick<ServeOptions, 'listen' | 'tls' | 'isBehindProxy'> {
  /** Absolute. */
  readonly state: string;
  readonly trustedKeys: readonly TrustedKey[];
  /** Bytes of one file of a bundle. */
  readonly maxBlob: number;
}

interface RequestLogPlace {
  /** Absolute. */
  readonly file: string;
  /** From 0 to 1. */
  readonly sample: number;
  /** Of one file. */
  readonly bytes: number;
}

const texts = [
  'release',
  'listen',
  'admin-listen',
  'trusted-key',
  'max-blob',
  'tls-cert',
  'tls-key',
  'max-body',
  'env',
  'request-log',
  'request-log-sample',
  'request-log-size',
];
const switches = ['behind-proxy', 'no-access-log'];

/** Options win over variables. @throws MlError ERR_ML_USAGE, ERR_ML_SERVER_CONFIG */
export function parseGatewayOptions(args: readonly string[], io: Io, help: string): GatewayOptions {
  const given = new Options(args, io, { help, texts, switches });
  const release = given.path('release');
  const serving = {
    listen: parseListenAddress(given.setting('listen') ?? '127.0.0.1:9320'),
    tls: tlsOf(given.path('tls-cert'), given.path('tls-key')),
    isBehindProxy: given.isSet('behind-proxy'),
  };
  refuseOpenAddress(serving);
  const admin = adminOf(given, serving);
  if ((release === undefined) === (admin === undefined))
    throw given.misuse('Either --release names what is served, or --state where deployed releases are kept');
  return {
    ...serving,
    release,
    admin,
    maxBody: parseBytes(given.setting('max-body'), '--max-body') ?? 16e6,
    env: (given.setting('env') ?? '').split(',').filter((name) => name !== ''),
    requestLog: requestLogOf(given),
    isLogging: !given.isSet('no-access-log'),
  };
}

function adminOf(
  given: Options,
  { tls, isBehindProxy }: Pick<ServeOptions, 'tls' | 'isBehindProxy'>,
): AdminPlace | undefined {
  const state = given.path('state');
  if (state === undefined) return undefined;
  const listen = parseListenAddress(given.setting('admin-listen') ?? '127.0.0.1:9321');
  refuseOpenAddress({ listen, tls, isBehindProxy });
  const keys = (given.setting('trusted-key') ?? '').split(',').filter((key) => key !== '');
  const maxBlob = parseBytes(given.setting('max-blob'), '--max-blob') ?? 64e9;
  return { state, listen, tls, isBehindProxy, trustedKeys: keys.map(parseTrustedKey), maxBlob };
}

function requestLogOf(given: Options): RequestLogPlace | undefined {
  const file = given.path('request-log');
  if (file === undefined) return undefined;
  const sample = Number(given.setting('request-log-sample') ?? 0.01);
  const bytes = parseBytes(given.setting('request-log-size'), '--request-log-size') ?? 64e6;
  if (sample >= 0 && sample <= 1) return { file, sample, bytes };
  throw new MlError('ERR_ML_USAGE', {
    message: `--request-log-sample ${JSON.stringify(given.setting('request-log-sample'))} is no share of the requests`,
    fix: 'Write a number from 0 to 1: 0.01.',
  });
}
