/**
 * Why a request has no answer, and whose fault that is.
 *
 * - `request`: it is malformed, or against the signature. The model was not asked
 * - `declined`: the model itself would not have it, though it is right by the signature
 * - `unknown`: no such model or version is served
 * - `large`: the body is over the limit
 * - `busy`: as many wait as may; later there is room
 * - `unavailable`: the model is not ready, or ended before it answered
 * - `timeout`: no answer in time
 * - `model`: it failed, or answered against its signature, or with what is not a number
 */
export type FailureKind =
  'request' | 'declined' | 'unknown' | 'large' | 'busy' | 'unavailable' | 'timeout' | 'model';

const statuses: Readonly<Record<FailureKind, number>> = {
  request: 400,
  declined: 400,
  unknown: 404,
  large: 413,
  busy: 429,
  unavailable: 503,
  timeout: 504,
  model: 500,
};

/** No bug and nothing that the gateway's operator mends: one request was not answered. */
export class InferenceFailure extends Error {
  override readonly name = 'InferenceFailure';

  constructor(
    readonly kind: FailureKind,
    message: string,
    cause?: unknown,
  ) {
    super(message, cause === undefined ? undefined : { cause });
  }

  get status(): number {
    return statuses[this.kind];
  }

  /** Whether the server or the model failed, and not who asked. */
  get isOurs(): boolean {
    return this.status >= 500;
  }
}
