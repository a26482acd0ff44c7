import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Comments } from '../../report/index.js';
import { GithubComments, GitlabComments } from './index.js';
import type { ApiClientOptions } from './index.js';
import { FakeForge } from './testing/fake-forge.js';
import type { FakeForgeOptions, OpenApi } from './testing/fake-forge.js';

const documentOf = (name: string): OpenApi =>
  JSON.parse(readFileSync(join(__dirname, 'testing', name), 'utf8')) as OpenApi;

interface Provider {
  readonly name: string;
  readonly options: FakeForgeOptions;
  readonly connect: (api: string, options: ApiClientOptions) => Comments;
  readonly ownHeader: readonly [name: string, value: string];
}

const secret = 'glpat-or-ghs-7b1f-secret';

const providers: readonly Provider[] = [
  {
    name: 'GitHub',
    options: {
      document: documentOf('github-openapi.json'),
      prefix: '',
      shape: ({ id, body, author, type }) => ({
        id,
        body,
        html_url: `https://github.com/o/r/pull/7#issuecomment-${String(id)}`,
        user: { login: author, type },
      }),
      // As the token of a job is answered.
      user: { status: 403, json: { message: 'Resource not accessible by integration' } },
      author: { author: 'github-actions[bot]', type: 'Bot' },
    },
    connect: (api, options) =>
      new GithubComments({ api, repository: 'owner/name.js', number: 7, token: secret }, options),
    ownHeader: ['authorization', `Bearer ${secret}`],
  },
  {
    name: 'GitLab',
    options: {
      document: documentOf('gitlab-openapi.json'),
      prefix: '/api/v4',
      shape: ({ id, body, author }) => ({ id, body, system: false, author: { username: author } }),
      user: { status: 200, json: { username: 'project_1_bot_ab12' } },
      author: { author: 'project_1_bot_ab12', type: 'Bot' },
    },
    connect: (api, options) =>
      new GitlabComments(
        { api, project: 'group/sub/project', number: 7, token: secret, kind: 'access' },
        options,
      ),
    ownHeader: ['private-token', secret],
  },
];

describe.each(providers)(
  'Comments on $name, by its published document',
  ({ name, options, connect, ownHeader }) => {
    let forge: FakeForge;
    let comments: Comments;
    let pauses: number[];

    beforeEach(async () => {
      forge = new FakeForge(options);
      pauses = [];
      const pause = (ms: number): Promise<void> => {
        pauses.push(ms);
        return Promise.resolve();
      };
      comments = connect(await forge.start(), { pause, now: () => 1_000_000_000_000, patience: 5000 });
    });
    afterEach(async () => {
      expect(forge.faults).toEqual([]);
      await forge.stop();
    });

    it('are told, made, changed and taken back, with the token in its header', async () => {
      const made = await comments.create('hello');
      expect(made.isOwn).toBe(true);
      expect(await comments.update(made.id, 'world')).toBe(true);
      expect(await comments.list()).toMatchObject([{ id: made.id, body: 'world', isOwn: true }]);
      await comments.remove(made.id);
      await comments.remove(made.id);
      expect(await comments.update(made.id, 'gone')).toBe(false);
      expect(await comments.list()).toEqual([]);
      for (const { headers } of forge.seen) expect(headers[ownHeader[0]]).toBe(ownHeader[1]);
    });

    it('are all told, however many pages they have', async () => {
      for (let index = 0; index < 250; index += 1) forge.write(String(index));
      expect((await comments.list()).map(({ body }) => body)).toEqual(
        Array.from({ length: 250 }, (_, index) => String(index)),
      );
    });

    it('are not our own when a person wrote them', async () => {
      forge.write('<!-- nx-ml report 0123456789abcdef run 1 -->', { author: 'mallory', type: 'User' });
      expect(await comments.list()).toMatchObject([{ isOwn: false }]);
    });

    it('are asked for again when it is told to wait, and as long as it is told', async () => {
      forge.failures.push({ status: 429, headers: { 'retry-after': '7' } });
      forge.failures.push({
        status: 503,
        headers: { 'retry-after': new Date(1_000_000_003_000).toUTCString() },
      });
      forge.failures.push({ status: 502 }, 'reset');
      await comments.list();
      expect(pauses).toEqual([7000, 3000, 4000, 8000]);
    });

    it('are given up when it wants to wait for too long, or goes on failing, and no secret is told', async () => {
      const error = async (): Promise<Error> => {
        try {
          await comments.create('hello');
        } catch (caught) {
          return caught as Error;
        }
        throw new Error('it should have failed');
      };
      forge.failures.push({ status: 429, headers: { 'retry-after': '3600' } });
      const [patience] = [await error()];
      expect(patience).toMatchObject({ code: 'ERR_ML_FORGE_UNAVAILABLE' });
      expect(patience.message).toContain('3600 s');
      forge.failures.push('reset', 'reset', 'reset', 'reset', 'reset');
      expect(await error()).toMatchObject({ code: 'ERR_ML_FORGE_UNAVAILABLE' });
      forge.failures.push({ status: 403, json: { message: 'Resource not accessible by integration' } });
      const refused = await error();
      expect(refused).toMatchObject({ code: 'ERR_ML_FORGE_REFUSED' });
      expect(refused.message).toContain(`${name} refuses`);
      for (const one of [patience, refused])
        expect(JSON.stringify([one.message, one.stack])).not.toContain(secret);
      expect(forge.comments).toEqual([]);
    });

    it('are not asked for where an answer points to somewhere else', async () => {
      const elsewhere = new FakeForge(options);
      const address = await elsewhere.start();
      forge.failures.push({ status: 307, headers: { location: `${address}/stolen` } });
      await expect(comments.create('hello')).rejects.toMatchObject({ code: 'ERR_ML_FORGE_REFUSED' });
      expect([elsewhere.seen, elsewhere.faults]).toEqual([[], []]);
      await elsewhere.stop();
    });

    it('may be made twice when an answer is lost, and then both are told', async () => {
      forge.failures.push('after');
      const made = await comments.create('hello');
      const told = await comments.list();
      expect(told).toHaveLength(2);
      expect(told.some(({ id }) => id === made.id)).toBe(true);
    });

    it('survive answers that are no comments', async () => {
      forge.failures.push({ status: 200, json: { login: 7, username: [] } });
      forge.failures.push({
        status: 200,
        json: [null, 7, { id: 'x' }, { id: 1.5 }, { id: 3, body: 7, user: 'x', author: [] }],
      });
      expect(await comments.list()).toMatchObject([{ id: '3', body: '', isOwn: false }]);
      forge.failures.push({ status: 201, json: '<html>' });
      await expect(comments.create('hello')).rejects.toMatchObject({ code: 'ERR_ML_FORGE_REFUSED' });
    });
  },
);

describe('GitHub’s limit of requests', () => {
  it('is waited for until it is lifted', async () => {
    const [github] = providers;
    if (github === undefined) throw new Error('it is the first');
    const forge = new FakeForge(github.options);
    const pauses: number[] = [];
    const pause = (ms: number): Promise<void> => {
      pauses.push(ms);
      return Promise.resolve();
    };
    const comments = github.connect(await forge.start(), { pause, now: () => 1_000_000_000_000 });
    forge.failures.push({
      status: 403,
      headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1000000042' },
    });
    await comments.list();
    expect(pauses).toEqual([42_000]);
    await forge.stop();
  });
});
