import type { JsonObject } from '../../kernel/index.js';
import { isListedAs } from '../../registry/index.js';
import type { Catalogue, ListedModel, ListedVersion, Release } from '../../registry/index.js';
import { TransportFailure } from '../http-client/index.js';
import { idIn, objectIn, objectsIn, textIn } from './answers.js';
import type { MlflowClient } from './client.js';
import { markIn, ownerIn, versionMark } from './mark.js';
import { registeredModel, registerModel } from './models.js';
import { runOf } from './run-of.js';
import { logMetrics, missingInRun } from './run-metrics.js';

const perPage = 200;
const mostPages = 1000;

/**
 * MLflow's own registry. It counts versions itself, so ours are found by their tags; their metrics belong to a run, which is made for
 * each in the experiment `nx-ml/NAME`.
 */
export class MlflowCatalogue implements Catalogue {
  readonly takesAliases = true;
  readonly #client: MlflowClient;

  constructor(client: MlflowClient) {
    this.#client = client;
  }

  get place(): string {
    return this.#client.place;
  }

  list({ name }: Release): Promise<ListedModel | undefined> {
    return this.#client.insisting(`tell of ${name}`, async () => {
      const model = await registeredModel(this.#client, name);
      if (model === undefined) return undefined;
      const aliases = objectsIn(model, 'aliases').map(
        (each) => [textIn(each, 'alias') ?? '', textIn(each, 'version') ?? ''] as const,
      );
      return { owner: ownerIn(model), aliases: new Map(aliases), versions: await this.#versions(name) };
    });
  }

  createModel(release: Release): Promise<void> {
    return this.#client.insisting(`register ${release.name}`, () => registerModel(this.#client, release));
  }

  createVersion(release: Release): Promise<ListedVersion> {
    const { name, source } = release;
    return this.#client.insisting(`take a version of ${name}`, async () => {
      const there = (await this.#versions(name)).find((each) => isListedAs(each, release));
      if (there !== undefined) return there;
      const run = await runOf(this.#client, release);
      const asked = { name, source, run_id: run, ...versionMark(release) };
      const made = await this.#client.post('model-versions/create', asked);
      return listed(objectIn(made, 'model_version'));
    });
  }

  missingMetrics(version: ListedVersion, release: Release): Promise<readonly string[]> {
    return this.#client.insisting('tell of a run', () => missingInRun(this.#client, version, release));
  }

  addMetrics({ run }: ListedVersion, release: Release, names: readonly string[]): Promise<void> {
    return this.#client.insisting('take metrics', async () => {
      if (run !== undefined) await logMetrics(this.#client, run, release, names);
    });
  }

  setAlias(name: string, alias: string, { id }: ListedVersion): Promise<void> {
    return this.#client.insisting(`let "${alias}" stand for a version of ${name}`, async () => {
      await this.#client.post('registered-models/alias', { name, alias, version: id });
    });
  }

  async #versions(name: string): Promise<readonly ListedVersion[]> {
    const versions: ListedVersion[] = [];
    let token: string | undefined;
    for (let page = 0; page < mostPages; page += 1) {
      const query = { filter: `name='${name}'`, max_results: String(perPage) };
      const path = 'model-versions/search';
      const more = token === undefined ? {} : { page_token: token };
      const found = (await this.#client.find(path, { ...query, ...more })) ?? {};
      versions.push(...objectsIn(found, 'model_versions').map(listed));
      token = textIn(found, 'next_page_token');
      if (token === undefined) return versions;
    }
    throw new TransportFailure('a list that does not end', true);
  }
}

function listed(version: JsonObject): ListedVersion {
  return {
    id: idIn(version, 'version'),
    mark: markIn(version),
    source: textIn(version, 'source'),
    run: textIn(version, 'run_id') === undefined ? undefined : idIn(version, 'run_id'),
  };
}
