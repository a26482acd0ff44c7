import { isMlError, MlError } from '../../kernel/index.js';
import { Denied } from '../server-session/index.js';
import { AnswerFailure, SourceFailure, tlsMend, TransportFailure } from '../http-client/index.js';

type Reason = readonly [
  code: 'ERR_ML_REMOTE_REFUSED' | 'ERR_ML_REMOTE_UNAVAILABLE',
  reason: string,
  fix: string,
];

const refused = 'ERR_ML_REMOTE_REFUSED';
const unavailable = 'ERR_ML_REMOTE_UNAVAILABLE';

const reasons: Readonly<Record<number, Reason>> = {
  401: [
    refused,
    'the server does not take the token in NX_ML_TOKEN',
    'It is another server’s, has ended or was revoked: mint one with nx-ml-server token mint.',
  ],
  403: [
    refused,
    'the token may not do that',
    'A token of the mode read writes nothing, and only one of the scope protected accepts a model, retires a test set or overrides its verdict.',
  ],
  413: [refused, 'the server takes no blob of that size', 'Ask who runs it to raise its limit.'],
  422: [
    refused,
    'what arrived there is not what its name says, or cannot follow what is there',
    'If it happens again, look at the bytes here: nx-ml store verify; of a test set, what is left: nx-ml gate budget.',
  ],
  429: [unavailable, 'the server is asked too often', 'Try again later: it goes on where it stopped.'],
  507: [
    unavailable,
    'the server has no room left',
    'Ask who runs it to free some, and start again: it goes on where it stopped.',
  ],
};

const sessionOver: Reason = [
  refused,
  'the server does not take the session of this job any more',
  'It can be renewed until the end of the job’s ID token, unless the server’s --oidc file changed: run the job again.',
];

/** What a user is told. Of a server's answer only its status is taken, of a broken connection its code. */
export function refusal(
  place: string,
  action: string,
  error: unknown,
  { isSession }: { readonly isSession: boolean },
): unknown {
  if (error instanceof SourceFailure) return error.source;
  if (error instanceof TransportFailure) return unreachable(place, action, error);
  if (error instanceof Denied)
    return new MlError(refused, { message: `${place}: to ${action} failed, ${error.why}`, fix: error.fix });
  if (!(error instanceof AnswerFailure) || isMlError(error)) return error;
  const known = isSession && error.status === 401 ? sessionOver : reasons[error.status];
  const [code, reason, fix] = known ?? otherReason(error);
  return new MlError(code, { message: `${place}: to ${action} failed, ${reason}`, fix });
}

function otherReason({ status, message }: AnswerFailure): Reason {
  return status >= 500
    ? [unavailable, `with ${message}`, 'Try again later: it goes on where it stopped.']
    : [refused, `with ${message}`, 'Check that nx-ml here and the server there are of versions that fit.'];
}

function unreachable(place: string, action: string, { message }: TransportFailure): MlError {
  return new MlError(unavailable, {
    message: `${place} cannot be used to ${action}: ${message}`,
    fix:
      tlsMend(message) ??
      'Check the network and the address, and start again: it goes on where it stopped. NX_ML_OFFLINE=1 goes without.',
  });
}
