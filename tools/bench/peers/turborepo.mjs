import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

import { output, refuse, sources, write } from './project.mjs';

const version = '2.11.11';

/**
 * Turborepo: hashes of files and a local cache, as Nx has them. It runs a script by npm, which takes two seconds to find
 * it among a thousand packages; a stand-in fills the cache, and a run in which nothing changed calls neither.
 */
export function turborepo(folder, count) {
  const turbo = installed();
  const files = {
    ...sources(count),
    'package.json': JSON.stringify({
      name: 'peer',
      private: true,
      packageManager: `npm@${output('npm', ['--version']).trim()}`,
      workspaces: ['models/*', 'datasets/*', 'libs/*'],
    }),
    'turbo.json': JSON.stringify({
      tasks: { data: { outputs: ['out/**'] }, train: { dependsOn: ['^data'], outputs: ['out/**'] } },
    }),
    '.gitignore': 'bin\nout\n.turbo\nnode_modules\n',
    'bin/npm': `#!/bin/sh\n[ "$1" = run ] || exec '${output('which', ['npm']).trim()}' "$@"\n${command}\n`,
    'libs/shared/package.json': packageJson('shared'),
  };
  for (let index = 0; index < 10; index += 1)
    files[`datasets/data-${index}/package.json`] = packageJson(`data-${index}`, { data: command });
  for (let index = 0; index < count; index += 1)
    files[`models/model-${index}/package.json`] = packageJson(`model-${index}`, { train: command }, [
      'shared',
      `data-${index % 10}`,
    ]);
  write(folder, files);
  chmodSync(join(folder, 'bin/npm'), 0o755);
  output('git', ['init', '--quiet'], { cwd: folder });
  output('git', ['add', '--all'], { cwd: folder });
  return { name: `Turborepo ${version}`, run: (options) => train(turbo, folder, options) };
}

const command = 'mkdir -p out && echo 1 > out/m';

function train(turbo, cwd, { expectNothingToDo = false } = {}) {
  const path = [join(cwd, 'bin'), process.env.PATH].join(delimiter);
  const env = { ...process.env, PATH: path, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1', CI: 'true' };
  const said = output(turbo, ['run', 'train', '--concurrency=2', '--output-logs=none'], {
    cwd,
    env,
  });
  refuse(expectNothingToDo && !/FULL TURBO/.test(said), 'it ran something');
}

function packageJson(name, scripts = {}, needs = []) {
  const dependencies = Object.fromEntries(needs.map((each) => [each, '*']));
  return JSON.stringify({ name, version: '0.0.0', scripts, dependencies });
}

/** The program, installed once into the system's folder for temporary files; the repository does not depend on it. */
function installed() {
  const folder = join(tmpdir(), `nx-ml-bench-turbo-${version}`);
  const program = join(folder, 'node_modules/.bin/turbo');
  if (existsSync(program)) return program;
  mkdirSync(folder, { recursive: true });
  write(folder, { 'package.json': '{ "private": true }' });
  output('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', `turbo@${version}`], {
    cwd: folder,
  });
  return program;
}
