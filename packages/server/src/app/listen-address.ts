import { isIP } from 'node:net';

import { MlError } from '@nx-ml/core/kernel';

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
  /** Nobody but this machine reaches it. */
  readonly isLoopback: boolean;
}

/** Reads `127.0.0.1:9310`, `[::1]:9310`, `localhost:9310`. Port 0 takes a free one. @throws MlError ERR_ML_USAGE */
export function parseListenAddress(text: string): ListenAddress {
  const [, six, four, port = ''] = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]]+)):([0-9]{1,5})$/.exec(text) ?? [];
  const host = six ?? four ?? '';
  const isHost = six === undefined ? isIP(host) === 4 || host === 'localhost' : isIP(host) === 6;
  if (isHost && Number(port) <= 65_535) return { host, port: Number(port), isLoopback: isLoopback(host) };
  throw new MlError('ERR_ML_USAGE', {
    message: `--listen ${JSON.stringify(text.slice(0, 100))} is no address and port`,
    fix: 'Write an address of this machine and a port: 127.0.0.1:9310, 0.0.0.0:9310, [::]:9310.',
  });
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}
