import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { messageOf, MlError } from '@nx-ml/core/kernel';

import { npmVersions } from '../generators/npm-versions.js';
import { parseOptions, usageError } from './command.js';
import type { CliCommand, CliIo } from './command.js';
import { packageManagerOf, versionedSetUp } from './package-manager.js';
import { packageVersion } from './package-version.js';
import { planSetUp } from './set-up-plan.js';
import type { PackageManifest, SetUpPlan } from './set-up-plan.js';

const help = `nx-ml init

Makes this folder an Nx workspace with nx-ml, empty or not: writes package.json and nx.json where they are missing,
installs nx and nx-ml with the folder's package manager, and names the plugin in nx.json. What is there already stays.
In an Nx workspace it does the same as nx add nx-ml.

Examples
  npx nx-ml init
  npx nx generate model spam-filter
  npx nx evaluate spam-filter
`;

export const init: CliCommand = {
  help,
  async run(args, io) {
    if (parseOptions(args, {}, help).positionals.length > 0)
      throw usageError('nx-ml init takes no argument: it sets up the folder that it is run in', help);
    refuseInside(io.cwd);
    const plan = planSetUp(presentWorkspace(io.cwd), { nx: npmVersions.nx, nxMl: packageVersion() });
    const present = readdirSync(io.cwd);
    const manager = packageManagerOf(present, process.env['npm_config_user_agent']);
    const { add, files } = versionedSetUp(manager, majorVersion(manager.name, io.cwd), present);
    writeFiles({ ...plan.files, ...files }, io);
    if (plan.packages.length > 0) {
      io.write(`Installing ${plan.packages.join(', ')} with ${manager.name}\n`);
      await run([manager.name, ...add, ...plan.packages], io.cwd);
    }
    await run([...manager.exec, 'nx', 'generate', 'nx-ml:init', '--interactive=false'], io.cwd);
    return 0;
  },
};

/** A workspace in a workspace would be neither: Nx takes the outer one. */
function refuseInside(cwd: string): void {
  for (let folder = dirname(cwd); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'nx.json')))
      throw new MlError('ERR_ML_USAGE', {
        message: `${cwd} lies inside the Nx workspace ${folder}`,
        fix: `Run nx-ml init in ${folder}, or in a folder outside of it.`,
      });
    if (folder === dirname(folder)) return;
  }
}

function presentWorkspace(root: string) {
  const file = join(root, 'package.json');
  try {
    const manifest = existsSync(file)
      ? (JSON.parse(readFileSync(file, 'utf8')) as PackageManifest)
      : undefined;
    return { root, manifest, hasNxJson: existsSync(join(root, 'nx.json')) };
  } catch (cause) {
    throw new MlError('ERR_ML_SETUP_FAILED', {
      message: `${file} cannot be read: ${messageOf(cause)}`,
      fix: 'Mend it, and run nx-ml init again.',
      cause,
    });
  }
}

function writeFiles(files: SetUpPlan['files'], io: CliIo): void {
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(io.cwd, name), text, { flag: 'wx' });
    io.write(`CREATE ${name}\n`);
  }
}

/** As a program tells it in a folder, which may name a version of it; NaN where it does not start. */
function majorVersion(program: string, cwd: string): number {
  const { stdout } = spawnSync(program, ['--version'], { cwd, encoding: 'utf8' });
  return Number.parseInt(stdout);
}

/** Runs a command with its output shown. @throws MlError ERR_ML_SETUP_FAILED */
async function run([program = '', ...args]: readonly string[], cwd: string): Promise<void> {
  const line = [program, ...args].join(' ');
  const child = spawn(program, args, { cwd, stdio: 'inherit' });
  const code = await new Promise<number | string | null>((resolve) => {
    child.on('error', (error) => {
      resolve(error.message);
    });
    child.on('close', (status, signal) => {
      resolve(status ?? signal);
    });
  });
  if (code === 0) return;
  throw new MlError('ERR_ML_SETUP_FAILED', {
    message: `"${line}" ended with ${String(code)}`,
    fix: 'Its own message above says why. Then run nx-ml init again: it goes on from what is there.',
  });
}
