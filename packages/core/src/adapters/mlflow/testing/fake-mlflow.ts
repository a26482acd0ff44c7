import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { faultOf, messagesOf } from './proto-check.js';

interface Pair {
  readonly key: string;
  readonly value: string | number;
}
interface Version {
  readonly name: string;
  readonly version: string;
  readonly source?: string;
  readonly run_id?: string;
  readonly description?: string;
  readonly tags: readonly Pair[];
}
interface Run {
  readonly info: { run_id: string; experiment_id: string; status: string; lifecycle_stage: string };
  readonly data: { metrics: (Pair & { timestamp: number })[]; tags: readonly Pair[] };
}
/** Of any request: what of it there is, its message decides. */
interface Asked {
  readonly name?: string;
  readonly version?: string;
  readonly alias?: string;
  readonly source?: string;
  readonly description?: string;
  readonly filter?: string;
  readonly page_token?: string;
  readonly experiment_name?: string;
  readonly experiment_id?: string;
  readonly run_id?: string;
  readonly status?: string;
  readonly tags?: Pair[];
  readonly metrics?: Run['data']['metrics'];
}
interface Answer {
  readonly status: number;
  readonly json?: unknown;
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const refuse = (status: number, error_code: string, message = ''): Answer => ({
  status,
  json: { error_code, message },
});
const absent = refuse(404, 'RESOURCE_DOES_NOT_EXIST', 'There is none');
const taken = refuse(400, 'RESOURCE_ALREADY_EXISTS', 'There is one');
const wrong = (why: string): Answer => refuse(400, 'INVALID_PARAMETER_VALUE', why);

/** What GitLab has of the API; the rest it answers 404, in its own words. */
const gitlabHas =
  /^(?:GET registered-models\/alias|(?:GET|POST) (?:registered-models\/(?:get|create)|model-versions\/(?:get|create)|runs\/.*))$/;

/**
 * A registry on loopback. What MLflow's published messages do not know of a request or an answer is remembered as a fault. Behaves as
 * MLflow does where that decides: names, sources, paging, metrics that are logged twice.
 */
export class FakeMlflow {
  readonly models = new Map<
    string,
    { tags: readonly Pair[]; description?: string; aliases: Map<string, string> }
  >();
  readonly versions: Version[] = [];
  readonly runs: Run[] = [];
  readonly experiments: string[] = [];
  readonly faults: string[] = [];
  readonly seen: { readonly operation: string; readonly authorization: string | undefined }[] = [];
  /** Answers to be given first; `reset` closes the connection before the work, `lost` after it, `none` is no failure. */
  readonly failures: (Answer | 'reset' | 'lost' | 'none')[] = [];
  /** On GitLab: whether it keeps tags, as newer ones do. */
  keepsTags = true;
  /** On GitLab: which request knows a version by its number; older ones lack that for aliases. */
  findsBy: 'version' | 'alias' = 'version';
  readonly #server: Server;
  readonly #isGitlab: boolean;

  constructor(kind: 'mlflow' | 'gitlab') {
    this.#isGitlab = kind === 'gitlab';
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  /** @returns the address without `mlflow:`. */
  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const origin = `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
    return `${origin}${this.#prefix}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Operations that write. */
  get written(): readonly string[] {
    const writes = this.seen.filter(({ operation }) => /^POST (?!runs\/search)/.test(operation));
    return writes.map(({ operation }) => operation.slice('POST '.length));
  }

  get #prefix(): string {
    return this.#isGitlab ? '/api/v4/projects/7/ml/mlflow' : '/team';
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const failure = this.failures.shift();
    const early = typeof failure === 'object' ? failure : undefined;
    const answer = failure === 'reset' ? undefined : (early ?? this.#perform(request, Buffer.concat(pieces)));
    if (answer === undefined || failure === 'lost') {
      request.socket.destroy();
      return;
    }
    response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
    response.end(answer.text ?? JSON.stringify(answer.json ?? {}));
  }

  #perform({ method = '', url = '', headers }: IncomingMessage, bytes: Buffer): Answer {
    const { pathname, searchParams } = new URL(url, 'http://fake');
    const operation = `${method} ${pathname.replace(`${this.#prefix}/api/2.0/mlflow/`, '')}`;
    const messages = messagesOf(operation);
    if (messages === undefined || (this.#isGitlab && !gitlabHas.test(operation))) {
      this.faults.push(`${operation} is no operation`);
      return { status: 404, json: { error: '404 Not Found' } };
    }
    this.seen.push({ operation, authorization: headers.authorization });
    const isQuery = method === 'GET';
    const asked = (isQuery ? Object.fromEntries(searchParams) : JSON.parse(bytes.toString())) as Asked;
    this.#hold(faultOf(messages[0], asked, isQuery));
    const answer = this.#operations[operation]?.(asked) ?? absent;
    if (answer.status === 200) this.#hold(faultOf(messages[1], answer.json ?? {}));
    return answer;
  }

  #hold(fault: string | undefined): void {
    if (fault !== undefined) this.faults.push(fault);
  }

  readonly #operations: Readonly<Record<string, (asked: Asked) => Answer>> = {
    'GET registered-models/get': ({ name = '' }) => this.#told(name),
    'POST registered-models/create': (asked) => this.#register(asked),
    'POST registered-models/alias': (asked) => this.#alias(asked),
    'GET model-versions/get': ({ name, version }) =>
      this.findsBy === 'alias' ? absent : this.#numbered(name, version),
    'GET registered-models/alias': ({ name, alias }) =>
      this.findsBy === 'version'
        ? { status: 404, json: { error: '404 Not Found' } }
        : this.#numbered(name, alias),
    'GET model-versions/search': (asked) => this.#search(asked),
    'POST model-versions/create': (asked) => this.#create(asked),
    'GET experiments/get-by-name': ({ experiment_name: name = '' }) => {
      const id = this.experiments.indexOf(name) + 1;
      return id === 0 ? absent : { status: 200, json: { experiment: { experiment_id: String(id), name } } };
    },
    'POST experiments/create': ({ name = '' }) =>
      this.experiments.includes(name)
        ? taken
        : { status: 200, json: { experiment_id: String(this.experiments.push(name)) } },
    'POST runs/search': ({ filter = '' }) => ({
      status: 200,
      json: { runs: this.runs.filter((each) => matches(each, filter)) },
    }),
    'POST runs/create': ({ experiment_id: id = '', tags = [] }) => ({
      status: 200,
      json: { run: this.addRun(id, tags) },
    }),
    'POST runs/update': (asked) =>
      this.#withRun(asked, ({ info }) => {
        info.status = asked.status ?? info.status;
        return { status: 200, json: { run_info: info } };
      }),
    'GET runs/get': (asked) => this.#withRun(asked, (run) => ({ status: 200, json: { run } })),
    'POST runs/log-batch': (asked) => this.#withRun(asked, (run) => this.#log(run, asked.metrics ?? [])),
  };

  #numbered(name: string | undefined, number: string | undefined): Answer {
    const found = this.versions.find((each) => each.name === name && this.#number(each) === number);
    return found === undefined ? absent : { status: 200, json: { model_version: found } };
  }

  #withRun({ run_id: id }: Asked, act: (run: Run) => Answer): Answer {
    const run = this.runs.find(({ info }) => info.run_id === id);
    return run === undefined ? absent : act(run);
  }

  #register(asked: Asked): Answer {
    const { name = '' } = asked;
    if (this.models.has(name)) return taken;
    this.models.set(name, { ...this.#kept(asked), aliases: new Map() });
    return this.#told(name);
  }

  addRun(experiment: string, tags: readonly Pair[]): Run {
    const run_id = `run${String(this.runs.length + 1)}`;
    const info = { run_id, experiment_id: experiment, status: 'RUNNING', lifecycle_stage: 'active' };
    const run = { info, data: { metrics: [], tags } };
    this.runs.push(run);
    return run;
  }

  #kept({ tags = [], description = '' }: Asked) {
    return { tags: this.#isGitlab && !this.keepsTags ? [] : tags, description };
  }

  #told(name: string): Answer {
    const model = this.models.get(name);
    if (model === undefined) return absent;
    const aliases = [...model.aliases].map(([alias, version]) => ({ alias, version }));
    return {
      status: 200,
      json: { registered_model: { name, ...model, aliases: this.#isGitlab ? [] : aliases } },
    };
  }

  #alias({ name = '', alias = '', version = '' }: Asked): Answer {
    const isThere = this.versions.some((each) => each.name === name && each.version === version);
    if (!isThere) return absent;
    if (alias === 'latest' || /^v\d+$/.test(alias)) return wrong(`'${alias}' is reserved`);
    this.models.get(name)?.aliases.set(alias, version);
    return { status: 200 };
  }

  /** Two a page, so that a few versions have pages. */
  #search({ filter = '', page_token: token = '0' }: Asked): Answer {
    const name = /^name='([^']*)'$/.exec(filter)?.[1];
    if (name === undefined) return wrong(`Invalid filter ${filter}`);
    const all = this.versions.filter((each) => each.name === name);
    const end = Number(token) + 2;
    const more = end < all.length ? { next_page_token: String(end) } : {};
    return { status: 200, json: { model_versions: all.slice(Number(token), end), ...more } };
  }

  #create(asked: Asked): Answer {
    if (!this.models.has(asked.name ?? '')) return absent;
    return this.#isGitlab ? this.#createOnGitlab(asked) : this.#createOnMlflow(asked);
  }

  #createOnMlflow(asked: Asked): Answer {
    const { name = '', source = '', run_id = '' } = asked;
    const url = URL.canParse(source) ? new URL(source) : undefined;
    if (url?.pathname.startsWith('/') !== true) return wrong('Invalid model version source');
    const version = String(this.versions.filter((each) => each.name === name).length + 1);
    const made = { ...this.#kept(asked), name, version, source, run_id };
    this.versions.push(made);
    return { status: 200, json: { model_version: made } };
  }

  #createOnGitlab(asked: Asked): Answer {
    const { name = '', tags = [] } = asked;
    const number = String(tags.find(({ key }) => key === 'gitlab.version')?.value);
    if (this.versions.some((each) => each.name === name && this.#number(each) === number))
      return wrong('Version has already been taken');
    const { run_id } = this.addRun('1', []).info;
    const made = { ...this.#kept(asked), name, version: String(900 + this.versions.length), run_id };
    this.versions.push(made);
    this.#numbers.set(made, number);
    return { status: 200, json: { model_version: made } };
  }

  /** GitLab counts by itself beside the number that it is given. */
  readonly #numbers = new Map<Version, string>();

  #number(version: Version): string {
    return this.#isGitlab ? (this.#numbers.get(version) ?? '') : version.version;
  }

  #log(run: Run, metrics: Run['data']['metrics']): Answer {
    if (run.info.lifecycle_stage === 'deleted') return wrong('The run must be in the active lifecycle stage');
    const bad = metrics.find(({ key }) => !/^[\w.\-/ ]+$/.test(key));
    if (bad !== undefined) return wrong(`Invalid metric name ${bad.key}`);
    for (const each of metrics)
      if (this.#isGitlab || !run.data.metrics.some((there) => JSON.stringify(there) === JSON.stringify(each)))
        run.data.metrics.push(each);
    return { status: 200 };
  }
}

function matches({ data }: Run, filter: string): boolean {
  return filter.split(' and ').every((term) => {
    const [, key, value] = /^tags\."([^"]+)" = '([^']*)'$/.exec(term) ?? [];
    return data.tags.some((tag) => tag.key === key && tag.value === value);
  });
}
