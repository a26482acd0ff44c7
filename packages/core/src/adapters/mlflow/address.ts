import { isIP } from 'node:net';

import { MlError } from '../../kernel/index.js';

export interface MlflowAddress {
  /** Without a slash at its end. */
  readonly base: string;
  /** GitLab has a part of the API, in each project. */
  readonly kind: 'mlflow' | 'gitlab';
}

const usage = 'Give the address that MLflow calls the tracking URI: mlflow:https://host/path';
const gitlabPath = /\/api\/v4\/projects\/[^/]+\/ml\/mlflow$/;

/**
 * Where a catalogue is, by `mlflow:https://…`: over http only on this machine, since a token is sent.
 *
 * @throws MlError ERR_ML_USAGE
 */
export function mlflowAddress(text: string): MlflowAddress {
  const url = urlOf(text);
  if (url.protocol === 'http:' && !isLoopback(url.hostname))
    throw wrong(`${url.origin} would be sent a token that everybody on the way can read`, 'Use https.');
  const base = `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
  return { base, kind: gitlabPath.test(base) ? 'gitlab' : 'mlflow' };
}

function urlOf(text: string): URL {
  const address = text.startsWith('mlflow:') ? text.slice('mlflow:'.length) : '';
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !['https:', 'http:'].includes(url.protocol))
    throw wrong('That is no address of an MLflow server', usage);
  if ([url.username, url.password, url.search, url.hash].every((part) => part === '')) return url;
  throw wrong(
    'An address of an MLflow server has no user, password, query or fragment',
    `${usage}. The token comes in MLFLOW_TRACKING_TOKEN.`,
  );
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || (isIP(host) === 4 && host.startsWith('127.'));
}

function wrong(message: string, fix: string): MlError {
  return new MlError('ERR_ML_USAGE', { message, fix });
}
