import { resolve } from 'node:path';

import { MlError } from '@nx-ml/core/kernel';

import { parseListenAddress } from '../../app/listen-address.js';
import { parseOptions, usageError } from '../command.js';
import type { Io } from '../command.js';
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

const flags = {
  release: { type: 'string' },
  listen: { type: 'string' },
  'tls-cert': { type: 'string' },
  'tls-key': { type: 'string' },
  'behind-proxy': { type: 'boolean' },
  'max-body': { type: 'string' },
  env: { type: 'string' },
  'request-log': { type: 'string' },
  'request-log-sample': { type: 'string' },
  'request-log-size': { type: 'string' },
  'no-access-log': { type: 'boolean' },
} as const;

/** Options win over variables. @throws MlError ERR_ML_USAGE, ERR_ML_SERVER_CONFIG */
export function parseGatewayOptions(args: readonly string[], io: Io, help: string): GatewayOptions {
  const { values, positionals } = parseOptions(args, flags, help);
  if (positionals.length > 0) throw usageError(`"${positionals.join(' ')}" stands for nothing`, help);
  const text = (name: keyof typeof flags): string | undefined => {
    const value = values[name] ?? io.env[`NX_ML_SERVER_${name.replaceAll('-', '_').toUpperCase()}`];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const isSet = (name: keyof typeof flags): boolean => values[name] === true || text(name) === '1';
  const release = text('release');
  if (release === undefined)
    throw usageError('No release is named, neither by --release nor by NX_ML_SERVER_RELEASE', help);
  const options: GatewayOptions = {
    release: resolve(io.cwd, release),
    listen: parseListenAddress(text('listen') ?? '127.0.0.1:9320'),
    tls: tlsOf(text('tls-cert'), text('tls-key'), io),
    isBehindProxy: isSet('behind-proxy'),
    maxBody: parseBytes(text('max-body'), '--max-body') ?? 16e6,
    env: (text('env') ?? '').split(',').filter((name) => name !== ''),
    requestLog: requestLogOf(text, io),
    isLogging: !isSet('no-access-log'),
  };
  refuseOpenAddress(options);
  return options;
}

function requestLogOf(
  text: (name: keyof typeof flags) => string | undefined,
  { cwd }: Io,
): RequestLogPlace | undefined {
  const file = text('request-log');
  if (file === undefined) return undefined;
  const sample = Number(text('request-log-sample') ?? 0.01);
  const bytes = parseBytes(text('request-log-size'), '--request-log-size') ?? 64e6;
  if (sample >= 0 && sample <= 1) return { file: resolve(cwd, file), sample, bytes };
  throw new MlError('ERR_ML_USAGE', {
    message: `--request-log-sample ${JSON.stringify(text('request-log-sample'))} is no share of the requests`,
    fix: 'Write a number from 0 to 1: 0.01.',
  });
}
