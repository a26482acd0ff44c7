import { MlError } from '@nx-ml/core/kernel';

import { parseListenAddress } from '../../app/listen-address.js';
import type { Io } from '../command.js';
import { Options } from '../options.js';
import { parseBytes } from '../serve/parse-bytes.js';
import { refuseOpenAddress, tlsOf } from '../serve/serve-options.js';
import type { ServeOptions } from '../serve/serve-options.js';

export interface GatewayOptions extends Pick<ServeOptions, 'listen' | 'tls' | 'isBehindProxy' | 'isLogging'> {
  /** Absolute. */
  readonly release: string;
  /** Bytes. */
  readonly maxBody: number;
  /** Names of variables that processes get beside the usual ones. */
  readonly env: readonly string[];
  readonly requestLog: RequestLogPlace | undefined;
}

export interface RequestLogPlace {
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
  if (release === undefined)
    throw given.misuse('No release is named, neither by --release nor by NX_ML_SERVER_RELEASE');
  const options: GatewayOptions = {
    release,
    listen: parseListenAddress(given.setting('listen') ?? '127.0.0.1:9320'),
    tls: tlsOf(given.path('tls-cert'), given.path('tls-key')),
    isBehindProxy: given.isSet('behind-proxy'),
    maxBody: parseBytes(given.setting('max-body'), '--max-body') ?? 16e6,
    env: (given.setting('env') ?? '').split(',').filter((name) => name !== ''),
    requestLog: requestLogOf(given),
    isLogging: !given.isSet('no-access-log'),
  };
  refuseOpenAddress(options);
  return options;
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
