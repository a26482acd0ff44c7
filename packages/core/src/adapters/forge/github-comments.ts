import { isJsonObject } from '../../kernel/index.js';
import type { Comment, Comments } from '../../report/index.js';
import { ApiClient } from './api-client.js';
import type { ApiAnswer, ApiClientOptions } from './api-client.js';
import { allPages, idIn, objectIn, textIn } from './pages.js';

export interface GithubRequest {
  /** `https://api.github.com`. */
  readonly api: string;
  /** `owner/name`. */
  readonly repository: string;
  /** Of the pull request. */
  readonly number: number;
  readonly token: string;
}

/** The comments of a pull request on GitHub, by its REST API, version 2022-11-28. */
export class GithubComments implements Comments {
  readonly #client: ApiClient;
  readonly #repository: string;
  readonly #number: number;
  #login: Promise<string | undefined> | undefined;

  constructor({ api, repository, number, token }: GithubRequest, options: ApiClientOptions = {}) {
    this.#client = new ApiClient(
      {
        name: 'GitHub',
        base: api.replace(/\/+$/, ''),
        headers: {
          authorization: `Bearer ${token}`,
          accept: 'application/vnd.github+json',
          'x-github-api-version': '2022-11-28',
        },
      },
      options,
    );
    this.#repository = repository.split('/').map(encodeURIComponent).join('/');
    this.#number = number;
  }

  async list(): Promise<readonly Comment[]> {
    const login = await this.#ownLogin();
    const found = await allPages(async (query) => {
      const answer = await this.#client.ask('GET', `${this.#ofRequest()}?${query}`);
      if (answer.status === 200) return answer.json;
      throw this.#refused('tell the comments', answer);
    });
    return found.flatMap((json) => commentOf(json, login) ?? []);
  }

  async create(body: string): Promise<Comment> {
    const answer = await this.#client.ask('POST', this.#ofRequest(), { body });
    const made = answer.status === 201 ? commentOf(answer.json, undefined) : undefined;
    if (made === undefined) throw this.#refused('take a comment', answer);
    return { ...made, isOwn: true };
  }

  async update(id: string, body: string): Promise<boolean> {
    const answer = await this.#client.ask('PATCH', this.#ofComment(id), { body });
    if (answer.status === 200) return true;
    if (answer.status === 404) return false;
    throw this.#refused('change a comment', answer);
  }

  async remove(id: string): Promise<void> {
    const answer = await this.#client.ask('DELETE', this.#ofComment(id));
    if (answer.status !== 204 && answer.status !== 404) throw this.#refused('take a comment back', answer);
  }

  /** undefined: the token is that of a job, which is nobody by itself. */
  #ownLogin(): Promise<string | undefined> {
    return (this.#login ??= (async () => {
      const { status, json } = await this.#client.ask('GET', '/user');
      return status === 200 ? textIn(json, 'login') : undefined;
    })());
  }

  #ofRequest(): string {
    return `/repos/${this.#repository}/issues/${String(this.#number)}/comments`;
  }

  #ofComment(id: string): string {
    return `/repos/${this.#repository}/issues/comments/${encodeURIComponent(id)}`;
  }

  #refused(doing: string, answer: ApiAnswer): Error {
    return this.#client.refused(
      `${doing} of pull request ${String(this.#number)}`,
      answer,
      'The job needs "permissions: pull-requests: write", which a pull request from a fork never has: there --format summary shows the report.',
    );
  }
}

/** A job’s token writes as an app; whoever is a person has not written our comments, whatever marker theirs begin with. */
function commentOf(json: unknown, login: string | undefined): Comment | undefined {
  const id = idIn(json);
  if (!isJsonObject(json) || id === undefined) return undefined;
  const user = objectIn(json, 'user');
  const isOwn = login === undefined ? textIn(user, 'type') === 'Bot' : textIn(user, 'login') === login;
  return { id, body: textIn(json, 'body') ?? '', isOwn, url: textIn(json, 'html_url') };
}
