import { MlError } from '../../kernel/index.js';
import type { JsonObject } from '../../kernel/index.js';
import { isListedAs } from '../../registry/index.js';
import type { Catalogue, ListedModel, ListedVersion, Release } from '../../registry/index.js';
import { AnswerFailure } from '../http-client/index.js';
import { idIn, objectIn, textIn } from './answers.js';
import type { MlflowClient } from './client.js';
import { markIn, ownerIn, versionMark } from './mark.js';
import { registeredModel, registerModel } from './models.js';
import { logMetrics, missingInRun } from './run-metrics.js';

/**
 * The model registry of a project on GitLab, which has a part of MLflow's API: a version has the number that it is given, as `3.0.0`, is
 * a run itself, and has neither aliases of one's own nor a source.
 */
export class GitlabCatalogue implements Catalogue {
  readonly takesAliases = false;
  readonly #client: MlflowClient;

  constructor(client: MlflowClient) {
    this.#client = client;
  }

  get place(): string {
    return this.#client.place;
  }

  list(release: Release): Promise<ListedModel | undefined> {
    return this.#client.insisting(`tell of ${release.name}`, async () => {
      const model = await registeredModel(this.#client, release.name);
      if (model === undefined) return undefined;
      const owner = ownerIn(model);
      const version = owner === release.owner ? await this.#version(release) : undefined;
      return { owner, aliases: new Map(), versions: version === undefined ? [] : [version] };
    });
  }

  createModel(release: Release): Promise<void> {
    return this.#client.insisting(`register ${release.name}`, () => registerModel(this.#client, release));
  }

  createVersion(release: Release): Promise<ListedVersion> {
    return this.#client.insisting(`take version ${numberOf(release)} of ${release.name}`, async () => {
      const there = await this.#version(release);
      if (there !== undefined) return there;
      const { name, source } = release;
      const mark = versionMark(release, { 'gitlab.version': numberOf(release) });
      const made = await this.#client.post('model-versions/create', { name, source, ...mark });
      return listed(objectIn(made, 'model_version'));
    });
  }

  missingMetrics(version: ListedVersion, release: Release): Promise<readonly string[]> {
    return this.#client.insisting('tell of a version', () => missingInRun(this.#client, version, release));
  }

  addMetrics(version: ListedVersion, release: Release): Promise<void> {
    return this.#client.insisting('take metrics', async () => {
      // What an answer was lost for would stand there twice.
      const names = await missingInRun(this.#client, version, release);
      if (version.run !== undefined) await logMetrics(this.#client, version.run, release, names);
    });
  }

  setAlias(): Promise<void> {
    return Promise.reject(new Error('GitLab has no aliases'));
  }

  /** Ours of that number. @throws MlError ERR_ML_CATALOGUE_TAKEN for another of that number, which would be no other number's */
  async #version(release: Release): Promise<ListedVersion | undefined> {
    const query = { name: release.name, version: numberOf(release) };
    const found = (await this.#client.find('model-versions/get', query)) ?? (await this.#byAlias(query));
    if (found === undefined) return undefined;
    const version = listed(objectIn(found, 'model_version'));
    if (isListedAs(version, release)) return version;
    throw new MlError('ERR_ML_CATALOGUE_TAKEN', {
      message: `${this.place} has a version ${query.version} of ${query.name} that is not this one`,
      fix: 'Delete it there, or publish under another name: --name.',
    });
  }

  /** Newer ones give a version a number of their own, and call ours its alias; older ones have no such request. */
  async #byAlias({ name, version }: { name: string; version: string }): Promise<JsonObject | undefined> {
    try {
      return await this.#client.find('registered-models/alias', { name, alias: version });
    } catch (error) {
      if (error instanceof AnswerFailure && error.status === 404) return undefined;
      throw error;
    }
  }
}

function numberOf({ version }: Release): string {
  return `${String(version)}.0.0`;
}

function listed(version: JsonObject): ListedVersion {
  const run = textIn(version, 'run_id') === undefined ? undefined : idIn(version, 'run_id');
  return { id: idIn(version, 'version'), mark: markIn(version), source: undefined, run };
}
