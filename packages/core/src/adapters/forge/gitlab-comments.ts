import { isJsonObject } from '../../kernel/index.js';
import type { Comment, Comments } from '../../report/index.js';
import { ApiClient } from './api-client.js';
import type { ApiAnswer, ApiClientOptions } from './api-client.js';
import { allPages, idIn, objectIn, textIn } from './pages.js';

export interface GitlabRequest {
  /** `https://gitlab.com/api/v4`. */
  readonly api: string;
  /** Number or full path. */
  readonly project: string;
  /** Of the merge request, within its project. */
  readonly number: number;
  readonly token: string;
  /** `job`: the token of a CI job, which most versions of GitLab let write no notes. */
  readonly kind: 'access' | 'job';
}

/** The notes of a merge request on GitLab, by its REST API, version 4. */
export class GitlabComments implements Comments {
  readonly #client: ApiClient;
  readonly #notes: string;
  readonly #number: number;
  #user: Promise<string | undefined> | undefined;

  constructor({ api, project, number, token, kind }: GitlabRequest, options: ApiClientOptions = {}) {
    const headers = kind === 'job' ? { 'job-token': token } : { 'private-token': token };
    this.#client = new ApiClient({ name: 'GitLab', base: api.replace(/\/+$/, ''), headers }, options);
    this.#notes = `/projects/${encodeURIComponent(project)}/merge_requests/${String(number)}/notes`;
    this.#number = number;
  }

  async list(): Promise<readonly Comment[]> {
    const user = await this.#ownName();
    const found = await allPages(async (query) => {
      const answer = await this.#client.ask('GET', `${this.#notes}?order_by=created_at&sort=asc&${query}`);
      if (answer.status === 200) return answer.json;
      throw this.#refused('tell the notes', answer);
    });
    return found.flatMap((json) => commentOf(json, user) ?? []);
  }

  async create(body: string): Promise<Comment> {
    const answer = await this.#client.ask('POST', this.#notes, { body });
    const made = answer.status === 201 ? commentOf(answer.json, undefined) : undefined;
    if (made === undefined) throw this.#refused('take a note', answer);
    return { ...made, isOwn: true };
  }

  async update(id: string, body: string): Promise<boolean> {
    const answer = await this.#client.ask('PUT', `${this.#notes}/${encodeURIComponent(id)}`, { body });
    if (answer.status === 200) return true;
    if (answer.status === 404) return false;
    throw this.#refused('change a note', answer);
  }

  async remove(id: string): Promise<void> {
    const answer = await this.#client.ask('DELETE', `${this.#notes}/${encodeURIComponent(id)}`);
    if (answer.status !== 204 && answer.status !== 404) throw this.#refused('take a note back', answer);
  }

  /** undefined: the token may not ask who it is. */
  #ownName(): Promise<string | undefined> {
    return (this.#user ??= (async () => {
      const { status, json } = await this.#client.ask('GET', '/user');
      return status === 200 ? textIn(json, 'username') : undefined;
    })());
  }

  #refused(doing: string, answer: ApiAnswer): Error {
    return this.#client.refused(
      `${doing} of merge request !${String(this.#number)}`,
      answer,
      'Give the job GITLAB_TOKEN: an access token of the project with the scope "api" and the role Reporter.',
    );
  }
}

/** Names that GitLab gives to the users of access tokens, and nobody can take. */
const tokenUser = /^(?:project|group)_\d+_bot(?:_[0-9a-f]+)?$/;

function commentOf(json: unknown, user: string | undefined): Comment | undefined {
  const id = idIn(json);
  if (!isJsonObject(json) || id === undefined || json['system'] === true) return undefined;
  const name = textIn(objectIn(json, 'author'), 'username') ?? '';
  const isOwn = user === undefined ? tokenUser.test(name) : name === user;
  return { id, body: textIn(json, 'body') ?? '', isOwn, url: undefined };
}
