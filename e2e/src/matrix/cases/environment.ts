import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { WorkspaceRig } from '@nx-ml/testing';

import { allSteps, model, modelRuns } from '../matrix-case.js';
import type { MatrixGroup } from '../matrix-case.js';

/** Another tarball under the same version, as a lock file tells it. */
const lockedOtherwise =
  (name: string) =>
  (rig: WorkspaceRig): undefined => {
    rig.edit('package-lock.json', (text) => {
      const lock = JSON.parse(text) as { packages: Record<string, { integrity?: string }> };
      // Of two versions in one workspace npm lays one below the package that needs it.
      const places = [`node_modules/is-odd/node_modules/${name}`, `node_modules/${name}`];
      const entry = places.map((place) => lock.packages[place]).find((each) => each !== undefined);
      if (entry === undefined) throw new Error(`${name} is not locked`);
      entry.integrity = `sha512-${Buffer.from(`${name}, built again`).toString('base64')}`;
      return JSON.stringify(lock, undefined, 2);
    });
    return undefined;
  };

/** A program of this machine under another path. */
function program(rig: WorkspaceRig, name: string, lines: readonly string[]): string {
  const folder = join(rig.home, `bin-${name}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), ['#!/bin/sh', ...lines, ''].join('\n'), { mode: 0o755 });
  return folder;
}

/** Absolute, as a wrapper that looked on the PATH would find itself there. */
const python = (): string =>
  execFileSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).trim();

/** An interpreter that says, to nx-ml and to the code alike, that it is Python 3.99. */
function newerPython(rig: WorkspaceRig): string {
  const patch = join(rig.home, 'newer-python');
  mkdirSync(patch, { recursive: true });
  writeFileSync(
    join(patch, 'sitecustomize.py'),
    'import platform, sys\nplatform.python_version = lambda: "3.99.0"\nsys.version = "3.99.0"\n',
  );
  const lines = [`PYTHONPATH='${patch}'"\${PYTHONPATH:+:$PYTHONPATH}" exec '${python()}' "$@"`];
  return join(program(rig, 'python3.99', lines), 'python3.99');
}

/** A `node` that says that it is Node 99. */
function newerNode(rig: WorkspaceRig): string {
  return program(rig, 'node', [
    'case "$*" in',
    '  --version) echo v99.0.0 ;;',
    "  '-p process.versions.node') echo 99.0.0 ;;",
    `  *) exec '${process.execPath}' "$@" ;;`,
    'esac',
  ]);
}

const inNode = ['alpha', 'beta', 'gamma', 'epsilon', 'zeta'];

export const environment: MatrixGroup = {
  title: 'Environment',
  cases: [
    {
      change: 'the lock file’s entry of a package that a model imports',
      make: lockedOtherwise('is-odd'),
      runs: ['epsilon:train:1'],
      restored: 'all',
    },
    {
      change: 'the entry of a package that this one needs',
      make: lockedOtherwise('is-number'),
      runs: ['epsilon:train:1'],
      restored: 'all',
    },
    {
      change: 'the entry of a package that no model imports',
      make: lockedOtherwise('ms'),
      restored: 'all',
    },
    {
      change: 'another version of Python',
      make: (rig) => ({ env: { NX_ML_PYTHON: newerPython(rig) } }),
      runs: modelRuns('delta'),
    },
    {
      change: 'the same Python under another path',
      make: (rig) => ({
        env: {
          NX_ML_PYTHON: join(
            program(rig, 'python-elsewhere', [`exec '${python()}' "$@"`]),
            'python-elsewhere',
          ),
        },
      }),
    },
    {
      change: 'another version of Node',
      make: (rig) => ({ env: { PATH: `${newerNode(rig)}:${process.env['PATH'] ?? ''}` } }),
      runs: ['clean:data:', ...inNode.flatMap(modelRuns)],
      restored: model('delta'),
      remark: 'that the same models come out is known only afterwards',
    },
    {
      change: 'a declared environment variable',
      make: () => ({ env: { THREADS: '4' } }),
      runs: modelRuns('delta'),
    },
    { change: 'an undeclared environment variable', make: () => ({ env: { UNDECLARED: 'x' } }) },
    {
      change: 'language and time zone, Nx’s cache skipped',
      make: () => ({
        args: ['run-many', '-t', 'data', 'train', 'evaluate', '--skip-nx-cache'],
        env: { LC_ALL: 'sv_SE.UTF-8', LANG: 'sv_SE.UTF-8', TZ: 'Asia/Kathmandu' },
      }),
      restored: allSteps,
    },
  ],
};
