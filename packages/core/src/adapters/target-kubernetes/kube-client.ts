import * as http from 'node:http';
import * as https from 'node:https';

import { isJsonObject, messageOf } from '../../kernel/index.js';
import type { JsonObject } from '../../kernel/index.js';
import type { ClusterAddress } from './cluster-address.js';
import { unreachable } from './failure.js';

export interface KubeAnswer {
  readonly status: number;
  /** undefined where it is no JSON. */
  readonly body: unknown;
}

export interface KubeRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH';
  /** From the root of the API server, each part encoded. */
  readonly path: string;
  readonly body?: string;
  readonly type?: string;
  /** Milliseconds. */
  readonly within?: number;
}

/** Who owns the fields that are applied. */
const manager = 'nx-ml';
const MOST_BYTES = 16_000_000;

/** Requests to an API server. Nothing is tried again: whoever asks knows whether that makes sense. */
export class KubeClient {
  constructor(private readonly address: ClusterAddress) {}

  /** @returns undefined where there is no such object */
  async get(path: string): Promise<JsonObject | undefined> {
    const answer = await this.#allowed({ method: 'GET', path }, [200, 404]);
    return answer.status === 404 ? undefined : this.#object(answer);
  }

  /** Server-side apply: our fields become as given, those of others stay. */
  async apply(path: string, object: JsonObject, options = ''): Promise<void> {
    const asked = `${path}?fieldManager=${manager}&force=true${options}`;
    const type = 'application/apply-patch+yaml';
    const body = JSON.stringify(object);
    await this.#allowed({ method: 'PATCH', path: asked, body, type }, [200, 201]);
  }

  /** @returns false where somebody else wrote it since: 409, or it is there already */
  async write(method: 'POST' | 'PUT', path: string, object: JsonObject): Promise<boolean> {
    const asked = { method, path: `${path}?fieldManager=${manager}`, body: JSON.stringify(object) };
    const { status } = await this.#allowed(asked, [200, 201, 404, 409]);
    return status < 300;
  }

  /** Whatever is answered. @throws MlError ERR_ML_DEPLOY_TARGET where nothing is */
  async ask(request: KubeRequest): Promise<KubeAnswer> {
    try {
      return await exchange(this.address, request);
    } catch (cause) {
      throw unreachable(
        `The API server ${this.address.server} cannot be reached: ${messageOf(cause)}`,
        cause,
      );
    }
  }

  async #allowed(request: KubeRequest, allowed: readonly number[]): Promise<KubeAnswer> {
    const answer = await this.ask(request);
    if (allowed.includes(answer.status)) return answer;
    const said = isJsonObject(answer.body) ? answer.body['message'] : undefined;
    const why = typeof said === 'string' ? `: ${said.slice(0, 500)}` : '';
    const what = `${request.method} ${request.path.split('?')[0] ?? ''}`;
    throw unreachable(`The API server answers ${String(answer.status)} to ${what}${why}`);
  }

  #object({ body }: KubeAnswer): JsonObject {
    if (isJsonObject(body)) return body;
    throw unreachable(`${this.address.server} answers no JSON object: is it an API server?`);
  }
}

function exchange(
  { server, ca, cert, key, token }: ClusterAddress,
  { method, path, body, type = 'application/json', within = 10_000 }: KubeRequest,
): Promise<KubeAnswer> {
  const url = new URL(`${server.replace(/\/$/, '')}${path}`);
  const send = url.protocol === 'http:' ? http.request : https.request;
  const headers: Record<string, string> = {
    accept: 'application/json',
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(body === undefined
      ? {}
      : { 'content-type': type, 'content-length': String(Buffer.byteLength(body)) }),
  };
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(within);
    const asked = send(url, { method, headers, ca, cert, key, signal }, (response) => {
      collected(response).then((bytes) => {
        resolve({ status: response.statusCode ?? 0, body: jsonIn(bytes) });
      }, reject);
    });
    asked.on('error', reject);
    asked.end(body);
  });
}

async function collected(response: http.IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response) {
    size += (chunk as Buffer).length;
    if (size > MOST_BYTES) throw new Error('the answer is too large');
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

function jsonIn(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}
