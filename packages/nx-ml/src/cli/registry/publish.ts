import { mlflowAddress, openMlflow } from '@nx-ml/core/adapters/mlflow';
import type { MlflowAddress } from '@nx-ml/core/adapters/mlflow';
import { outboundFetch } from '@nx-ml/core/adapters/outbound';
import { publishVersion, Registry } from '@nx-ml/core/usecases/registry';

import { publicationText } from '../../report/publication-text.js';
import { parseOptions, usageError } from '../command.js';
import type { CliCommand } from '../command.js';
import { withWorkspace } from '../with-workspace.js';
import { modelAndVersion, modelOf } from './models.js';

const help = `nx-ml registry publish MODEL[@VERSION] --to mlflow:ADDRESS [--name NAME] [--source ADDRESS] [--dry-run] [--json]

Lists a version in another registry, of MLflow or of a project on GitLab: with its metrics, what it is, and the names that stand for it
now. What is there already stays as it is; what somebody else published under that name is refused. Bytes are not sent.

  VERSION          a number, or an alias that stands for one; default: champion
  --to ADDRESS     what MLflow calls the tracking URI, with mlflow: before it
  --name NAME      the model's name there; default: its name here
  --source ADDRESS where the bundle can be had, such as oci://host/name@sha256:…
  --dry-run        look what is there, and tell what would be written
  --json           one JSON object: {model, version, place, name, listed, changes, leftOut}

MLFLOW_TRACKING_TOKEN holds the token, or MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD both.

Examples
  nx-ml registry publish spam-filter --to mlflow:https://mlflow.example.org
  nx-ml registry publish spam-filter@3 --to mlflow:https://gitlab.example.org/api/v4/projects/42/ml/mlflow --dry-run
`;

const options = {
  to: { type: 'string' },
  name: { type: 'string' },
  source: { type: 'string' },
  'dry-run': { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

export const registryPublish: CliCommand = {
  help,
  run(args, io) {
    const { values, positionals } = parseOptions(args, options, help);
    const asked = modelAndVersion(positionals, help);
    const address = addressAsked(values.to);
    const source = sourceAsked(values.source);
    const dryRun = values['dry-run'] === true;
    return withWorkspace(io.cwd, async ({ signal, stores, workspaceId, ...deps }) => {
      const project = await modelOf(asked.name, deps, help);
      const name = typeof values.name === 'string' ? values.name : project;
      const variables = process.env;
      const catalogue = openMlflow(address, { variables, fetch: outboundFetch(variables), signal });
      const state = await new Registry(stores.journals, workspaceId).state(project);
      const version = asked.version ?? 'champion';
      const request = { project, workspaceId, version, name, source, dryRun };
      const publication = await publishVersion(request, { state, catalogue });
      const told = { model: project, place: catalogue.place, name, ...publication };
      const json = { ...told, listed: told.listed ?? null };
      io.write(values['json'] === true ? `${JSON.stringify(json)}\n` : publicationText(told, dryRun));
      return 0;
    });
  },
};

function addressAsked(text: string | boolean | undefined): MlflowAddress {
  if (typeof text !== 'string') throw usageError('Where to is needed: --to mlflow:https://…', help);
  return mlflowAddress(text);
}

/** Everybody who may look there reads it. */
function sourceAsked(text: string | boolean | undefined): string | undefined {
  if (typeof text !== 'string') return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || url.protocol === 'file:' || !url.pathname.startsWith('/'))
    throw usageError('--source takes an address with a scheme and a path, such as oci://host/name', help);
  if (url.username === '' && url.password === '' && url.search === '') return text;
  throw usageError(
    '--source takes an address without user, password and query: all who look there read it',
    help,
  );
}
