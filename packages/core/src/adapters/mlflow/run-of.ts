import type { Release } from '../../registry/index.js';
import { AnswerFailure } from '../http-client/index.js';
import { idIn, objectIn, objectsIn } from './answers.js';
import type { MlflowClient } from './client.js';
import { versionMark } from './mark.js';

/** The run that a version's metrics belong to: the one that was made for it before it was broken off, else a new one. */
export async function runOf(client: MlflowClient, release: Release): Promise<string> {
  const experiment = await experimentOf(client, `nx-ml/${release.name}`);
  const run =
    (await foundRun(client, experiment, release)) ?? (await createdRun(client, experiment, release));
  await client.post('runs/update', { run_id: run, status: 'FINISHED', end_time: release.at });
  return run;
}

async function experimentOf(client: MlflowClient, name: string): Promise<string> {
  const found = await client.find('experiments/get-by-name', { experiment_name: name });
  if (found !== undefined) return idIn(objectIn(found, 'experiment'), 'experiment_id');
  try {
    return idIn(await client.post('experiments/create', { name }), 'experiment_id');
  } catch (error) {
    // Another job was quicker.
    if (!(error instanceof AnswerFailure) || error.code !== 'RESOURCE_ALREADY_EXISTS') throw error;
    const again = await client.find('experiments/get-by-name', { experiment_name: name });
    return idIn(objectIn(again ?? {}, 'experiment'), 'experiment_id');
  }
}

async function foundRun(
  client: MlflowClient,
  experiment: string,
  { manifest, owner, version }: Release,
): Promise<string | undefined> {
  const filter = [
    `tags."nx-ml.manifest" = '${manifest}'`,
    `tags."nx-ml.owner" = '${owner.replaceAll("'", '%27')}'`,
    `tags."nx-ml.version" = '${String(version)}'`,
  ].join(' and ');
  const asked = { experiment_ids: [experiment], filter, max_results: 1 };
  const [run] = objectsIn(await client.post('runs/search', asked), 'runs');
  return run && idIn(objectIn(run, 'info'), 'run_id');
}

async function createdRun(client: MlflowClient, experiment: string, release: Release): Promise<string> {
  const { tags } = versionMark(release, { 'mlflow.runName': `v${String(release.version)}` });
  const asked = { experiment_id: experiment, start_time: release.at, tags };
  const made = await client.post('runs/create', asked);
  return idIn(objectIn(objectIn(made, 'run'), 'info'), 'run_id');
}
