import { isMlError, MlError } from '../../kernel/index.js';
import { AnswerFailure, isPassing, tlsMend, TransportFailure } from '../http-client/index.js';

const again = 'Publish again later: it goes on where it stopped.';

/** What a user is told of a failure; anything that is none of these is returned as it is. */
export function refusal(place: string, action: string, error: unknown): unknown {
  if (isMlError(error)) return error;
  if (error instanceof TransportFailure) return unreachable(place, action, error);
  if (!(error instanceof AnswerFailure)) return error;
  const { status, code } = error;
  const said =
    'said' in error && typeof error.said === 'string' && error.said !== '' ? `: ${error.said}` : '';
  const answer = [String(status), code].filter((each) => each !== '').join(' ');
  return new MlError(isPassing(error) ? 'ERR_ML_CATALOGUE_UNAVAILABLE' : 'ERR_ML_CATALOGUE_REFUSED', {
    message: `${place} refuses to ${action}, ${answer}${said}`,
    fix: isPassing(error) ? again : mendOf(status, code),
  });
}

function mendOf(status: number, code: string): string {
  if (status === 401 || status === 403)
    return 'Give a token that may write the model registry in MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD.';
  if (code === '')
    return 'Look at the address: it is what MLflow calls the tracking URI. GitLab tells one without access that there is nothing.';
  return 'Look at what it says of the request; docs/guides/registry.md tells what is sent.';
}

function unreachable(place: string, action: string, { message, isLasting }: TransportFailure): MlError {
  return new MlError('ERR_ML_CATALOGUE_UNAVAILABLE', {
    message: `${place} cannot be asked to ${action}: ${message}`,
    fix: tlsMend(message) ?? (isLasting ? `Look at the address. ${again}` : again),
  });
}
