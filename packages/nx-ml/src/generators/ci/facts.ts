import { posix } from 'node:path';

import { getProjects, globAsync, readNxJson } from '@nx/devkit';
import type { Tree } from '@nx/devkit';
import { deploymentsOf, parseMlYaml, stepsOf } from '@nx-ml/core/manifest';
import type { MlConfig } from '@nx-ml/core/manifest';
import { commandWords, programKind } from '@nx-ml/core/provenance';

import { packageManagerOf } from '../../cli/package-manager.js';
import type { PackageManager } from '../../cli/package-manager.js';
import { pluginOptions } from '../../plugin-options.js';
import { given } from '../shared-options.js';
import { environmentFacts } from './environments.js';
import type { EnvironmentFacts } from './environments.js';
import type { CiOptions, Provider } from './options.js';

/** How models go from machine to machine. `server` keeps what pull requests write apart; a bucket or a folder does not. */
type RemoteKind = 'none' | 'bucket' | 'folder' | 'server';

/** What of a workspace and of what was asked decides how its CI looks. */
export interface CiFacts {
  readonly provider: Provider;
  readonly branch: string;
  readonly remote: RemoteKind;
  readonly cacheServer: string | undefined;
  /** Whom the ID tokens of jobs are made for, an origin; undefined where they need none. */
  readonly audience: string | undefined;
  /** nx-ml-server knows jobs by a secret, NX_ML_TOKEN. */
  readonly hasToken: boolean;
  readonly machines: number;
  readonly runner: string;
  readonly gpuRunner: string | undefined;
  readonly memoryRunner: string | undefined;
  readonly memoryFrom: string;
  readonly node: string;
  /** undefined where no model needs Python. */
  readonly python: string | undefined;
  readonly packageManager: PackageManager['name'];
  /** Commands that install what the lock file says. */
  readonly install: readonly string[];
  /** What an installed command is started with. */
  readonly exec: string;
  readonly environments: readonly EnvironmentFacts[];
  /** A target of that name is there; of deploy, beside those of services. */
  readonly deploys: boolean;
  readonly monitors: boolean;
}

export async function factsOf(tree: Tree, options: CiOptions): Promise<CiFacts> {
  const address = pluginOptions(readNxJson(tree) ?? {})?.remote;
  const remote = remoteOf(address);
  const cacheServer = given(options.cacheServer);
  const shares = remote !== 'none' || cacheServer !== undefined;
  const { name } = packageManagerOf(tree.children(''), undefined);
  const projects = mlProjectsOf(await mlFilesIn(tree));
  const services = projects.filter(({ config }) => deploymentsOf(config).length > 0);
  const targets = (without: readonly { readonly root: string }[]) => namesOfTargets(tree, without);
  return {
    ...options,
    remote,
    cacheServer,
    ...accessOf(options, [cacheServer, remote === 'server' ? address : undefined]),
    machines: options.machines ?? (shares ? 4 : 1),
    runner: options.runner ?? 'ubuntu-latest',
    gpuRunner: options.gpuRunner,
    memoryRunner: options.memoryRunner,
    python: projects.some(({ config }) => needsPython(config)) ? options.python : undefined,
    packageManager: name,
    ...commandsOf(name, tree),
    environments: environmentFacts(services, given(options.environments)),
    deploys: targets(services).has('deploy'),
    monitors: targets([]).has('monitor'),
  };
}

function remoteOf(address: string | undefined): RemoteKind {
  if (address === undefined || address === '') return 'none';
  if (/^https?:/.test(address)) return 'server';
  return address.startsWith('s3:') ? 'bucket' : 'folder';
}

/** @param servers addresses of nx-ml-server that jobs ask; the first that is there gives the audience, as each is one server's. */
function accessOf(
  { provider, access }: Pick<CiOptions, 'provider' | 'access'>,
  servers: readonly (string | undefined)[],
): Pick<CiFacts, 'audience' | 'hasToken'> {
  const [server] = servers.filter((each) => each !== undefined);
  const hasIdTokens = access === 'id-token' && (provider === 'github' || provider === 'gitlab');
  const isKnown = server !== undefined && hasIdTokens && URL.canParse(server);
  return {
    audience: isKnown ? new URL(server).origin : undefined,
    hasToken: server !== undefined && !isKnown,
  };
}

/** A yarn.lock of Yarn 1 says so; the later ones know another word for the same. */
function commandsOf(name: PackageManager['name'], tree: Tree): Pick<CiFacts, 'install' | 'exec'> {
  const isYarn1 = tree.read('yarn.lock', 'utf8')?.includes('# yarn lockfile v1') === true;
  const frozen = isYarn1 ? 'yarn install --frozen-lockfile' : 'yarn install --immutable';
  const all: Readonly<Record<PackageManager['name'], Pick<CiFacts, 'install' | 'exec'>>> = {
    npm: { install: ['npm ci'], exec: 'npx' },
    pnpm: { install: ['corepack enable', 'pnpm install --frozen-lockfile'], exec: 'pnpm exec' },
    yarn: { install: ['corepack enable', frozen], exec: 'yarn run' },
    bun: { install: ['npm install --global bun@1', 'bun install --frozen-lockfile'], exec: 'bun x' },
  };
  return all[name];
}

interface FoundConfig {
  readonly name: string;
  readonly root: string;
  readonly config: MlConfig;
}

async function mlFilesIn(tree: Tree): Promise<readonly { readonly path: string; readonly text: string }[]> {
  const paths = await globAsync(tree, ['**/ml.yaml']);
  return paths.sort().map((path) => ({ path, text: tree.read(path, 'utf8') ?? '' }));
}

/** What cannot be understood is told when it is run. */
function mlProjectsOf(files: Awaited<ReturnType<typeof mlFilesIn>>): readonly FoundConfig[] {
  return files.flatMap(({ path, text }) => {
    const parsed = parseMlYaml(text, path);
    const root = posix.dirname(path);
    return parsed.ok ? [{ name: root, root, config: parsed.config }] : [];
  });
}

function needsPython(config: MlConfig): boolean {
  return stepsOf(config).some(({ command }) =>
    commandWords(command).some((word) => programKind(word) === 'python'),
  );
}

/** Those that people write down: what is inferred of an ml.yaml is not among them. */
function namesOfTargets(tree: Tree, without: readonly { readonly root: string }[]): ReadonlySet<string> {
  const roots = new Set(without.map(({ root }) => root));
  const projects = [...getProjects(tree).values()].filter(({ root }) => !roots.has(root));
  return new Set(projects.flatMap(({ targets }) => Object.keys(targets ?? {})));
}
