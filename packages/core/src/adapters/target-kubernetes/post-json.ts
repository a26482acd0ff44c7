import { messageOf } from '../../kernel/index.js';
import { unreachable } from './failure.js';

/** Asks what serves by its own address. @param body JSON; without it GET. @throws MlError ERR_ML_DEPLOY_TARGET */
export async function postJson(url: string, body?: string): Promise<{ status: number; body: unknown }> {
  try {
    const response = await fetch(url, {
      ...(body === undefined
        ? {}
        : { method: 'POST', body, headers: { 'content-type': 'application/json' } }),
      redirect: 'error',
      signal: AbortSignal.timeout(60_000),
    });
    const json: unknown = await response.json().catch(() => undefined);
    return { status: response.status, body: json };
  } catch (cause) {
    throw unreachable(
      `${url} cannot be asked: ${messageOf(cause)}`,
      cause,
      'The address of an InferenceService has to be reachable from where it is deployed.',
    );
  }
}
