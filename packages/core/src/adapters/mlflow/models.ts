import { MlError } from '../../kernel/index.js';
import type { JsonObject } from '../../kernel/index.js';
import type { Release } from '../../registry/index.js';
import { AnswerFailure } from '../http-client/index.js';
import { objectIn } from './answers.js';
import type { MlflowClient } from './client.js';
import { modelMark, ownerIn } from './mark.js';

/** The registered model; undefined: there is none of that name. @throws MlError ERR_ML_CATALOGUE_REFUSED for a name that none can have */
export async function registeredModel(client: MlflowClient, name: string): Promise<JsonObject | undefined> {
  // It stands in a filter, too; MLflow takes more, and GitLab just these.
  if (!/^[A-Za-z0-9_.-]{1,250}$/.test(name))
    throw new MlError('ERR_ML_CATALOGUE_REFUSED', {
      message: `"${name}" is no name of a model at ${client.place}`,
      fix: 'Give one of letters, digits, dots, - and _ with --name.',
    });
  const found = await client.find('registered-models/get', { name });
  return found && objectIn(found, 'registered_model');
}

/** Registers the model. Who was quicker, and another, is told as taken; ourselves in another job is fine. */
export async function registerModel(client: MlflowClient, release: Release): Promise<void> {
  const there = await registeredModel(client, release.name);
  if (there !== undefined) {
    refuseTaken(client, release, ownerIn(there));
    return;
  }
  try {
    await client.post('registered-models/create', { name: release.name, ...modelMark(release) });
  } catch (error) {
    if (!(error instanceof AnswerFailure) || error.code !== 'RESOURCE_ALREADY_EXISTS') throw error;
    const quicker = await registeredModel(client, release.name);
    // A name that it neither takes nor lists: GitLab has one for experiments and models.
    if (quicker === undefined) throw error;
    refuseTaken(client, release, ownerIn(quicker));
  }
}

function refuseTaken(client: MlflowClient, { name, owner }: Release, other: string | undefined): void {
  if (other === owner) return;
  throw new MlError('ERR_ML_CATALOGUE_TAKEN', {
    message: `Somebody else registered "${name}" at ${client.place} meanwhile`,
    fix: 'Publish under another name: --name.',
  });
}
