import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';

import { MlError } from '@nx-ml/core/kernel';
import { servedModels } from '@nx-ml/core/manifest';
import type { ServedModels } from '@nx-ml/core/manifest';

import { abortOnExit } from '../../abort-on-exit.js';
import { findProject } from '../../deploy/find-service.js';
import { servedText } from '../../report/serve-text.js';
import { freePort, gatewayProgram, layOutRelease, runGateway } from '../../serve/index.js';
import type { ReleaseFolder } from '../../serve/index.js';
import { parseOptions, usageError } from '../command.js';
import type { CliCommand, CliIo } from '../command.js';
import { findWorkspaceRoot } from '../workspace-root.js';

const usualPort = 9320;

const help = `nx-ml serve SERVICE [--port PORT]

Serves the models of a service on this machine, for trying it out: the packages that nx run MODEL:package left here, in the gateway of
@nx-ml/server, by the Open Inference Protocol v2. Nothing is deployed and nothing recorded; nobody but this machine reaches it. Ctrl-C ends it.
nx run SERVICE:serve packages first what is not packaged yet.

  --port PORT   port of 127.0.0.1; 0 takes a free one. Default: ${String(usualPort)}, or a free one where that is taken

Examples
  nx-ml serve mail-api
  nx-ml serve mail-api --port 8000
`;

export const serve: CliCommand = {
  help,
  async run(args, io) {
    const { values, positionals } = parseOptions(args, { port: { type: 'string' } }, help);
    const [service] = positionals;
    if (service === undefined || positionals.length > 1) throw usageError('One service is needed', help);
    const port = values['port'] === undefined ? await freePort(usualPort) : portIn(String(values['port']));
    const root = findWorkspaceRoot(io.cwd);
    const program = gatewayProgram(root);
    const served = await modelsOf(root, service);
    const abort = abortOnExit();
    try {
      const { signal } = abort;
      const folder = await layOutRelease({ root, service, served, signal });
      try {
        const examples = await examplesOf(root, served, folder);
        return await runGateway({
          ...{ program, release: folder.path, port, signal },
          onReady: (address) => {
            io.write(servedText(folder.release, { address, examples: relativeTo(io, examples) }));
          },
          tell: (line) => process.stderr.write(`${line}\n`),
        });
      } finally {
        folder.remove();
      }
    } finally {
      abort.dispose();
    }
  },
};

function portIn(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw usageError(`--port ${text} is no port: a number from 0 to 65535`, help);
}

/** @throws MlError ERR_ML_USAGE for what is no service */
async function modelsOf(root: string, service: string): Promise<ServedModels> {
  const { config } = await findProject(root, service);
  if (config.kind === 'service') return servedModels(config);
  throw new MlError('ERR_ML_USAGE', {
    message: `${service} is a ${config.kind}, and only services are served`,
    fix: `Add one that names it: nx generate service NAME --models=${service}`,
  });
}

/** By model, a file that can be sent to it: the one of the workspace where it has one. Absolute. */
async function examplesOf(
  root: string,
  { models }: ServedModels,
  { path }: ReleaseFolder,
): Promise<Readonly<Record<string, string>>> {
  const examples: Record<string, string> = {};
  for (const [name, project] of Object.entries(models)) {
    const { config, root: folder } = await findProject(root, project);
    const named = config.kind === 'model' ? config.package?.example : undefined;
    const file = typeof named === 'string' ? join(root, folder, named) : '';
    examples[name] = existsSync(file) ? file : join(path, name, 'example.json');
  }
  return examples;
}

function relativeTo({ cwd }: CliIo, files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([name, file]) => [name, relative(cwd, file)]));
}
