import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { startCommand } from './run-command.js';

const repo = join(__dirname, '../../..');

/** The version of Nx in workspaces that ask for no other. */
export const usualNx = '23.2.1';

/** Files that are in the published packages, by the name of the package. */
export type Tarballs = Readonly<Record<'nx-ml' | '@nx-ml/core' | '@nx-ml/server', string>>;

/**
 * Packs what users will install. `npm run build` must have run: a stale dist would test yesterday's code, so the specs'
 * own target depends on it.
 */
export function packTarballs(): Promise<Tarballs> {
  const given = process.env[packedVariable];
  packed ??= given === undefined ? packAll() : Promise.resolve(JSON.parse(given) as Tarballs);
  return packed;
}

/**
 * Packs, and installs what most workspaces have, for every process that this one starts from now on. Test files share no
 * modules, and each would do so for itself, while another one does: what is packed is put together in dist.
 */
export async function prepareForAll(): Promise<void> {
  const tarballs = await packTarballs();
  process.env[packedVariable] = JSON.stringify(tarballs);
  await usual({ tarballs, dependencies: {}, nxVersion: usualNx, devkitVersion: usualNx });
}

/** Once in the life of a test process, which the build does not outlive. */
let packed: Promise<Tarballs> | undefined;
const packedVariable = 'NX_ML_TEST_TARBALLS';

async function packAll(): Promise<Tarballs> {
  const folder = join(repo, '.tmp', `pack-${String(process.pid)}`);
  mkdirSync(folder, { recursive: true });
  try {
    const pack = async (name: string): Promise<string> => {
      // The workspace's .npmrc runs no scripts, and what is packed is put together by one.
      const own = ['pack', '--silent', '--ignore-scripts=false', '--pack-destination', folder];
      await npm(own, join(repo, 'packages', name));
      const file = readdirSync(folder).find((entry) =>
        entry.startsWith(name === 'nx-ml' ? 'nx-ml-0' : `nx-ml-${name}-`),
      );
      if (file === undefined) throw new Error(`npm pack of ${name} left no file`);
      return keepByContent(join(folder, file));
    };
    return {
      '@nx-ml/core': await pack('core'),
      '@nx-ml/server': await pack('server'),
      'nx-ml': await pack('nx-ml'),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A tarball's name tells its content, so that an install of it can be kept. */
function keepByContent(path: string): string {
  const digest = createHash('sha256').update(readFileSync(path)).digest('hex').slice(0, 16);
  const kept = join(repo, '.tmp', 'packs', `${digest}.tgz`);
  mkdirSync(dirname(kept), { recursive: true });
  forgetUnused(dirname(kept));
  if (existsSync(kept)) rmSync(path);
  else renameSync(path, kept);
  return kept;
}

export interface InstallInput {
  readonly tarballs: Tarballs;
  /** Exact versions by name, beside nx and nx-ml. */
  readonly dependencies: Readonly<Record<string, string>>;
  readonly nxVersion: string;
  readonly devkitVersion: string;
}

/** What a workspace has installed that asks for nothing else: a twelfth of the time brings others from here to theirs. */
function usual(input: InstallInput): Promise<string> {
  return installedFolder({ ...input, dependencies: {} });
}

/** A folder with package.json, package-lock.json and node_modules, installed once for each distinct input. */
export async function installedFolder(input: InstallInput): Promise<string> {
  const manifest = {
    name: 'rig',
    version: '0.0.0',
    private: true,
    dependencies: {
      nx: input.nxVersion,
      '@nx/devkit': input.devkitVersion,
      'nx-ml': `file:${input.tarballs['nx-ml']}`,
      '@nx-ml/core': `file:${input.tarballs['@nx-ml/core']}`,
      ...input.dependencies,
    },
  };
  const text = JSON.stringify(manifest, undefined, 2);
  const folder = join(
    tmpdir(),
    'nx-ml-installs',
    createHash('sha256').update(text).digest('hex').slice(0, 16),
  );
  await madeOnce(folder, async (made) => {
    if (Object.keys(input.dependencies).length > 0) await startFrom(await usual(input), made);
    writeFileSync(join(made, 'package.json'), text);
    writeFileSync(join(made, '.npmrc'), 'ignore-scripts=true\nfund=false\naudit=false\n');
    await npm(['install', '--silent', '--prefer-offline'], made);
  });
  return folder;
}

async function startFrom(installed: string, made: string): Promise<void> {
  await copyInstalled(installed, made);
  // npm writes this file where it lies, and the link to it would change what was installed there.
  const list = join(made, 'node_modules/.package-lock.json');
  const text = readFileSync(list);
  rmSync(list);
  writeFileSync(list, text);
}

/** Makes a folder beside its place and moves it there: two test processes may do so at once, and one of them wins. */
async function madeOnce(folder: string, make: (folder: string) => Promise<void>): Promise<void> {
  if (existsSync(folder)) {
    const now = new Date();
    utimesSync(folder, now, now);
    return;
  }
  forgetUnused(dirname(folder));
  const made = `${folder}.${String(process.pid)}`;
  rmSync(made, { recursive: true, force: true });
  mkdirSync(made, { recursive: true });
  await make(made);
  try {
    renameSync(made, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
    rmSync(made, { recursive: true, force: true });
  }
}

/** Each build is another install of some hundred megabytes: those of yesterday's builds go when a new one comes. */
function forgetUnused(folder: string): void {
  const day = 24 * 60 * 60 * 1000;
  for (const name of existsSync(folder) ? readdirSync(folder) : []) {
    const path = join(folder, name);
    const unused = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Infinity);
    if (unused > day) rmSync(path, { recursive: true, force: true });
  }
}

/**
 * A `node` of one version, from the npm package that holds nothing else; absolute. The one that runs this where it is
 * of that version.
 */
export async function installedNode(version: string): Promise<string> {
  if (process.versions.node === version) return process.execPath;
  const name = `node-${process.platform}-${process.arch}`;
  return join(await installedAlone(name, version), name, 'bin/node');
}

/** The folder of the programs that an npm package brings; absolute. */
export async function installedPrograms(name: string, version: string): Promise<string> {
  return join(await installedAlone(name, version), '.bin');
}

/** A node_modules with one package and what that needs, without install scripts; absolute. */
async function installedAlone(name: string, version: string): Promise<string> {
  const folder = join(tmpdir(), 'nx-ml-installs', `${name.replace('/', '+')}-${version}`);
  await madeOnce(folder, async (made) => {
    writeFileSync(join(made, 'package.json'), '{ "private": true }');
    await npm(['install', '--silent', '--prefer-offline', '--ignore-scripts', `${name}@${version}`], made);
  });
  return join(folder, 'node_modules');
}

/** Copies an installed folder; by hard links where the system's cp can, since node_modules is only read. */
export async function copyInstalled(from: string, to: string): Promise<void> {
  mkdirSync(to, { recursive: true });
  for (const name of ['package.json', 'package-lock.json', '.npmrc'])
    cpSync(join(from, name), join(to, name));
  const flags = process.platform === 'linux' ? '-al' : '-R';
  const result = await startCommand('cp', [flags, join(from, 'node_modules'), join(to, 'node_modules')], {
    cwd: from,
    env: { PATH: process.env['PATH'] ?? '' },
  }).ended;
  if (result.code !== 0) cpSync(join(from, 'node_modules'), join(to, 'node_modules'), { recursive: true });
}

async function npm(args: readonly string[], cwd: string): Promise<void> {
  const env = Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  const result = await startCommand('npm', args, { cwd, env }).ended;
  if (result.code !== 0) throw new Error(`npm ${args.join(' ')} failed in ${cwd}:\n${result.output}`);
}
