import { readFileSync } from 'node:fs';

import { outboundFetch } from '@nx-ml/core/adapters/outbound';
import { isJsonObject, MlError } from '@nx-ml/core/kernel';
import type { JsonObject } from '@nx-ml/core/kernel';
import type { Comments } from '@nx-ml/core/report';

export interface ForgeAtHand {
  readonly comments: Comments;
  /** Number of this CI run; a later one has a greater number. 0 where that is not known. */
  readonly run: number;
  /** For people: `pull request 7 of owner/name`. */
  readonly place: string;
}

type Variables = Readonly<Record<string, string | undefined>>;

/** The pull or merge request that this job is of, as its CI tells. @throws MlError ERR_ML_USAGE where it is of none. */
export async function forgeAtHand(provider: 'github' | 'gitlab', variables: Variables): Promise<ForgeAtHand> {
  return provider === 'github' ? githubAtHand(variables) : gitlabAtHand(variables);
}

async function githubAtHand(variables: Variables): Promise<ForgeAtHand> {
  const repository = needed(variables, 'GITHUB_REPOSITORY');
  if (!/^[\w.-]+\/[\w.-]+$/.test(repository))
    throw missing(`GITHUB_REPOSITORY is "${repository}"`, inJob('GitHub'));
  const number = pullRequestOf(variables);
  if (number === undefined)
    throw missing(
      'This job is of no pull request',
      'Post from a workflow with "on: pull_request"; elsewhere write --format summary.',
    );
  const { GithubComments } = await import('@nx-ml/core/adapters/forge');
  const api = addressOf(variables['GITHUB_API_URL'] ?? 'https://api.github.com', 'GITHUB_API_URL');
  return {
    comments: new GithubComments(
      { api, repository, number, token: needed(variables, 'GITHUB_TOKEN') },
      { fetch: outboundFetch(variables) },
    ),
    run: wholeNumber(variables['GITHUB_RUN_ID']) ?? 0,
    place: `pull request ${String(number)} of ${repository}`,
  };
}

async function gitlabAtHand(variables: Variables): Promise<ForgeAtHand> {
  const project = needed(variables, 'CI_PROJECT_ID');
  const number = wholeNumber(variables['CI_MERGE_REQUEST_IID']);
  if (number === undefined)
    throw missing(
      'This job is of no merge request',
      'Post from a pipeline of merge requests: rules: - if: $CI_PIPELINE_SOURCE == "merge_request_event".',
    );
  const access = variables['GITLAB_TOKEN'];
  const token =
    access === undefined || access === '' ? needed(variables, 'CI_JOB_TOKEN', 'GITLAB_TOKEN') : access;
  const { GitlabComments } = await import('@nx-ml/core/adapters/forge');
  const api = addressOf(needed(variables, 'CI_API_V4_URL'), 'CI_API_V4_URL');
  return {
    comments: new GitlabComments(
      { api, project, number, token, kind: token === access ? 'access' : 'job' },
      { fetch: outboundFetch(variables) },
    ),
    run: wholeNumber(variables['CI_PIPELINE_ID']) ?? 0,
    place: `merge request !${String(number)} of ${variables['CI_PROJECT_PATH'] ?? project}`,
  };
}

/** By the event that started the workflow, else by the name of the ref. */
function pullRequestOf(variables: Variables): number | undefined {
  const event = eventIn(variables['GITHUB_EVENT_PATH']);
  const issue = event?.['issue'];
  for (const told of [
    event?.['pull_request'],
    isJsonObject(issue) && 'pull_request' in issue ? issue : undefined,
  ])
    if (isJsonObject(told) && Number.isSafeInteger(told['number'])) return Number(told['number']);
  return wholeNumber(/^refs\/pull\/(\d+)\//.exec(variables['GITHUB_REF'] ?? '')?.[1]);
}

function eventIn(path: string | undefined): JsonObject | undefined {
  if (path === undefined || path === '') return undefined;
  try {
    const event: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return isJsonObject(event) ? event : undefined;
  } catch {
    return undefined; // The ref may tell.
  }
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^[1-9]\d{0,14}$/.test(text) ? Number(text) : undefined;
}

/** An address may hold what must not be shown. */
function addressOf(text: string, name: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isPlain = url?.username === '' && url.password === '' && url.search === '' && url.hash === '';
  if (isPlain && (url.protocol === 'https:' || url.protocol === 'http:')) return text;
  throw missing(
    `${name} is no address of an API`,
    'Give it as https://host/path, without user and password.',
  );
}

function needed(variables: Variables, name: string, told = name): string {
  const value = variables[name];
  if (value !== undefined && value !== '') return value;
  throw missing(`${told} is not set`, inJob(told.startsWith('GITHUB') ? 'GitHub' : 'GitLab'));
}

function inJob(provider: string): string {
  return provider === 'GitHub'
    ? 'Post from a GitHub job, with env: { GITHUB_TOKEN: "${{ github.token }}" }.'
    : 'Post from a GitLab job, with an access token of the project as the variable GITLAB_TOKEN.';
}

function missing(message: string, fix: string): MlError {
  return new MlError('ERR_ML_USAGE', { message, fix });
}
