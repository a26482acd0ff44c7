import { isMlError, MlError } from '../../kernel/index.js';
import { AnswerFailure, SourceFailure, tlsMend, TransportFailure } from '../http-client/index.js';
import type { S3Settings } from './settings.js';

/** What was tried, for messages: in the words of a user and in those of a bucket's policy. */
export interface Action {
  readonly words: string;
  readonly permission: string;
}

type Reason = readonly [reason: string, fix: string];

const checkCredentials = 'Check which profile or variables are in force: aws sts get-caller-identity.';

/**
 * What a user is told. Of a server's answer only its status and code are taken, never its text, which repeats
 * keys and signatures; of a broken connection its code.
 */
export function refusal(settings: S3Settings, action: Action, error: unknown): unknown {
  if (error instanceof SourceFailure) return error.source;
  if (error instanceof TransportFailure) return unreachable(settings, action, error);
  if (!(error instanceof AnswerFailure) || isMlError(error)) return error;
  const [reason, fix] = reasonOf(settings, action, error) ?? [];
  const what = `${settings.place} (${settings.origin.origin}): to ${action.words} failed`;
  if (reason !== undefined && fix !== undefined)
    return new MlError('ERR_ML_REMOTE_REFUSED', { message: `${what}, ${reason}`, fix });
  return new MlError(error.status >= 500 ? 'ERR_ML_REMOTE_UNAVAILABLE' : 'ERR_ML_REMOTE_REFUSED', {
    message: `${what} with ${error.message}`,
    fix:
      error.status >= 500 || error.status === 429
        ? 'Try again later: it goes on where it stopped.'
        : `Check that the address is that of an S3 server and that ${action.permission} is allowed.`,
  });
}

function reasonOf(settings: S3Settings, action: Action, error: AnswerFailure): Reason | undefined {
  const reasons: Readonly<Record<string, Reason>> = {
    NoSuchBucket: [
      `there is no bucket ${settings.bucket}`,
      'Make the bucket, or mend its name, the endpoint or the region in the address of the remote.',
    ],
    AccessDenied: [
      'access is denied',
      `Allow ${action.permission} on it (docs/guides/s3.md has the whole policy), or use other credentials.`,
    ],
    InvalidAccessKeyId: ['the server does not know the access key', checkCredentials],
    SignatureDoesNotMatch: ['the secret key does not belong to the access key', checkCredentials],
    ExpiredToken: ['the session has expired', 'Sign in again: aws sso login, or renew the session token.'],
    InvalidToken: ['the session token is not valid', 'Sign in again, or unset AWS_SESSION_TOKEN.'],
    RequestTimeTooSkewed: [clockWords(error.told.date), 'Set the clock of this machine, best by NTP.'],
    QuotaExceeded: ['the quota is used up', 'Ask for more, or free some space there.'],
    EntityTooLarge: ['the server takes no object of that size', 'Raise its limit, or choose another remote.'],
  };
  const code = error.code === '' && error.status === 403 ? codeOfSilence(error) : error.code;
  if (code in reasons) return reasons[code];
  if (error.status === 301 || error.status === 307 || code === 'AuthorizationHeaderMalformed')
    return otherRegion(settings, error.told.region);
  return error.status === 403 || error.status === 401 ? reasons['AccessDenied'] : undefined;
}

/** The answer to HEAD has no text. */
function codeOfSilence({ told }: AnswerFailure): string {
  return Math.abs(minutesAhead(told.date)) > 14 ? 'RequestTimeTooSkewed' : 'AccessDenied';
}

function otherRegion(settings: S3Settings, region: string | undefined): Reason {
  const named = region !== undefined && /^[a-z0-9-]{1,40}$/.test(region) ? region : undefined;
  return [
    `the bucket is not in region ${settings.region}`,
    `Name its region in the address: s3://${settings.bucket}/…?region=${named ?? '<region>'}.`,
  ];
}

/** S3 refuses what was signed more than a quarter of an hour before or after its own time. */
function clockWords(date: string | undefined): string {
  const minutes = minutesAhead(date);
  if (Number.isNaN(minutes)) return 'this machine’s clock differs from the server’s by more than 15 minutes';
  const amount = `${String(Math.abs(minutes))} minutes ${minutes > 0 ? 'ahead of' : 'behind'}`;
  return `this machine’s clock is ${amount} the server’s`;
}

/** NaN where the server does not tell its time. */
function minutesAhead(date: string | undefined): number {
  return Math.round((Date.now() - Date.parse(date ?? '')) / 60_000);
}

function unreachable(settings: S3Settings, action: Action, error: TransportFailure): MlError {
  return new MlError('ERR_ML_REMOTE_UNAVAILABLE', {
    message: `${settings.place}: ${settings.origin.origin} cannot be used to ${action.words}: ${error.message}`,
    fix:
      tlsMend(error.message) ??
      'Check the network and the endpoint, and start again: it goes on where it stopped. NX_ML_OFFLINE=1 goes without.',
  });
}
