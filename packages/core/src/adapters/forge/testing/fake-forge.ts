import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One operation of a provider's OpenAPI document, as the fixtures hold it. */
interface Operation {
  readonly operationId: string;
  readonly parameters: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
    readonly schema: {
      readonly type?: string;
      readonly enum?: readonly unknown[];
      readonly oneOf?: readonly unknown[];
    };
  }[];
  readonly requestBody?: {
    readonly properties?: Readonly<Record<string, { readonly type?: string }>>;
    readonly required?: readonly string[];
  };
  readonly responses: readonly string[];
}

export interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

export interface SeenRequest {
  readonly operation: string;
  readonly headers: IncomingMessage['headers'];
}

interface Answer {
  readonly status: number;
  readonly json?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

interface StoredComment {
  readonly id: number;
  body: string;
  readonly author: string;
  readonly type: 'Bot' | 'User';
}

export interface FakeForgeOptions {
  readonly document: OpenApi;
  /** Before the paths of the document. */
  readonly prefix: string;
  /** A comment as the provider tells it. */
  readonly shape: (comment: StoredComment) => unknown;
  /** The answer to who the holder of the token is. */
  readonly user: Answer;
  /** Who writes with the token. */
  readonly author: Pick<StoredComment, 'author' | 'type'>;
}

/** A provider on loopback. What its published document does not know of a request is answered 400 and remembered as a fault. */
export class FakeForge {
  readonly comments: StoredComment[] = [];
  readonly seen: SeenRequest[] = [];
  readonly faults: string[] = [];
  /** Answers to be given first, to whatever is asked; `reset`: the connection is closed; `after` does the work before that. */
  readonly failures: (Answer | 'reset' | 'after')[] = [];
  /** Called before an operation is answered. */
  before: (operation: string) => void = () => undefined;
  readonly #options: FakeForgeOptions;
  readonly #server: Server;
  #next = 101;

  constructor(options: FakeForgeOptions) {
    this.#options = options;
    this.#server = createServer((request, response) => {
      void this.#answer(request, response);
    });
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}${this.#options.prefix}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  write(body: string, by: Pick<StoredComment, 'author' | 'type'> = this.#options.author): StoredComment {
    const comment = { id: this.#next++, body, ...by };
    this.comments.push(comment);
    return comment;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const failure = this.failures.shift();
    const answer =
      failure === undefined || failure === 'after' ? this.#perform(request, Buffer.concat(pieces)) : failure;
    if (failure === 'reset' || failure === 'after' || answer === 'reset') {
      request.socket.destroy();
      return;
    }
    const { status, json, headers } = answer;
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(json === undefined ? '' : JSON.stringify(json));
  }

  #perform(request: IncomingMessage, bytes: Buffer): Answer {
    const url = new URL(request.url ?? '', 'http://forge');
    const found = this.#find(request.method ?? '', url.pathname);
    if (found === undefined) return this.#fault(`${request.method ?? ''} ${url.pathname} is no operation`);
    const { operation, values } = found;
    const body =
      bytes.length === 0 ? undefined : (JSON.parse(bytes.toString('utf8')) as Record<string, unknown>);
    const wrong = faultOf(operation, { values, query: url.searchParams, body });
    if (wrong !== undefined) return this.#fault(`${operation.operationId}: ${wrong}`);
    this.seen.push({ operation: operation.operationId, headers: request.headers });
    this.before(operation.operationId);
    const answer = this.#do(request.method ?? '', { id: Number(values.at(-1)), url, body });
    if (!operation.responses.includes(String(answer.status)))
      this.faults.push(`${operation.operationId} does not answer ${String(answer.status)}`);
    return answer;
  }

  #fault(what: string): Answer {
    this.faults.push(what);
    return { status: 400, json: { message: what } };
  }

  #find(
    method: string,
    path: string,
  ): { readonly operation: Operation; readonly values: readonly string[] } | undefined {
    for (const [template, operations] of Object.entries(this.#options.document.paths)) {
      const pattern = new RegExp(`^${this.#options.prefix}${template.replace(/\{\w+\}/g, '([^/]+)')}$`);
      const match = pattern.exec(path);
      const operation = operations[method.toLowerCase()];
      if (match !== null && operation !== undefined)
        return { operation, values: match.slice(1).map(decodeURIComponent) };
    }
    return undefined;
  }

  #do(
    method: string,
    {
      id,
      url,
      body,
    }: { readonly id: number; readonly url: URL; readonly body: Record<string, unknown> | undefined },
  ): Answer {
    const { shape, user } = this.#options;
    if (url.pathname.endsWith('/user')) return user;
    const comment = this.comments.find((one) => one.id === id);
    const text = typeof body?.['body'] === 'string' ? body['body'] : '';
    switch (method) {
      case 'GET': {
        const size = Number(url.searchParams.get('per_page'));
        const page = Number(url.searchParams.get('page'));
        return { status: 200, json: this.comments.slice((page - 1) * size, page * size).map(shape) };
      }
      case 'POST':
        return { status: 201, json: shape(this.write(text)) };
      case 'DELETE':
        if (comment !== undefined) this.comments.splice(this.comments.indexOf(comment), 1);
        return { status: 204 };
      default:
        if (comment === undefined) return { status: 404, json: { message: 'Not Found' } };
        comment.body = text;
        return { status: 200, json: shape(comment) };
    }
  }
}

interface ToCheck {
  readonly values: readonly string[];
  readonly query: URLSearchParams;
  readonly body: Record<string, unknown> | undefined;
}

/** What of a request its document does not allow. */
function faultOf(operation: Operation, { values, query, body }: ToCheck): string | undefined {
  return pathFault(operation, values) ?? queryFault(operation, query) ?? bodyFault(operation, body);
}

function pathFault({ parameters }: Operation, values: readonly string[]): string | undefined {
  const inPath = parameters.filter((one) => one.in === 'path');
  const wrong = inPath.find(({ schema }, at) => schema.type === 'integer' && !/^\d+$/.test(values[at] ?? ''));
  return wrong && `${wrong.name} is no number`;
}

function queryFault({ parameters }: Operation, query: URLSearchParams): string | undefined {
  for (const [name, value] of query) {
    const known = parameters.find((one) => one.in === 'query' && one.name === name);
    if (known === undefined) return `the query has no ${name}`;
    if (known.schema.type === 'integer' && !/^\d+$/.test(value)) return `${name} is no number`;
    if (known.schema.enum?.includes(value) === false) return `${name} is never ${value}`;
  }
  return undefined;
}

function bodyFault({ requestBody }: Operation, body: ToCheck['body']): string | undefined {
  if ((requestBody === undefined) !== (body === undefined)) return 'it has a body, or has none';
  const missing = requestBody?.required?.find((name) => body?.[name] === undefined);
  if (missing !== undefined) return `the body lacks ${missing}`;
  const strange = Object.entries(body ?? {}).find(
    ([name, value]) => requestBody?.properties?.[name]?.type !== typeof value,
  );
  return strange && `the body has no ${strange[0]} of this type`;
}
