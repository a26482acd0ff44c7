import { MlError } from '../../kernel/index.js';
import type { Catalogue } from '../../registry/index.js';
import { defaultPatience } from '../http-client/index.js';
import type { Patience } from '../http-client/index.js';
import type { MlflowAddress } from './address.js';
import { MlflowClient } from './client.js';
import { GitlabCatalogue } from './gitlab-catalogue.js';
import { MlflowCatalogue } from './mlflow-catalogue.js';

export interface MlflowOptions {
  /** Where MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD may be. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly fetch?: typeof fetch;
  readonly patience?: Patience;
  readonly signal?: AbortSignal | undefined;
}

/** @throws MlError ERR_ML_USAGE for a user without a password, and a token that no header can hold */
export function openMlflow({ base, kind }: MlflowAddress, options: MlflowOptions): Catalogue {
  const { variables, patience = defaultPatience, signal } = options;
  const authorization = authorizationIn(variables);
  const client = new MlflowClient({ base, authorization, fetch: options.fetch ?? fetch, patience, signal });
  return kind === 'gitlab' ? new GitlabCatalogue(client) : new MlflowCatalogue(client);
}

/** In the order in which MLflow's own client looks. */
function authorizationIn(variables: MlflowOptions['variables']): string | undefined {
  const user = variables['MLFLOW_TRACKING_USERNAME'] ?? '';
  const password = variables['MLFLOW_TRACKING_PASSWORD'] ?? '';
  const token = variables['MLFLOW_TRACKING_TOKEN'] ?? '';
  if (user !== '' && password !== '')
    return `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`;
  if (user !== '' || password !== '')
    throw unusable(
      'Of MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD one is set',
      'Set both, or none.',
    );
  if (token === '') return undefined;
  if (!/^[\x21-\x7e]+$/.test(token))
    throw unusable(
      'MLFLOW_TRACKING_TOKEN holds what no header can hold',
      'Look for a space or a line end in it.',
    );
  return `Bearer ${token}`;
}

function unusable(message: string, fix: string): MlError {
  return new MlError('ERR_ML_USAGE', { message, fix });
}
