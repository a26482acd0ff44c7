import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { writePythonPrograms } from './python-programs.js';

describe('writePythonPrograms', () => {
  let folder: string;
  let real: string;
  let programs: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "nx-ml-it's-python-"));
    programs = join(folder, 'bin');
    // Stands for Python: tells what it is, how it was started, and does what it is told.
    real = program('real/python3', 'echo "real $SET_UP $1"; shift; "$@"');
    program('other/python3', 'echo other');
  });

  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  function program(path: string, script: string): string {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
    return file;
  }

  /** What `python3 1 python 2` prints: one that starts another. */
  function printed(firstOnPath: string): readonly string[] {
    const path = [programs, join(folder, firstOnPath), process.env['PATH'] ?? ''].join(':');
    // What starts itself for ever is ended.
    const limits = { timeout: 20_000, killSignal: 'SIGKILL' } as const;
    const { stdout, error } = spawnSync('python3', ['1', 'python', '2'], {
      env: { PATH: path },
      encoding: 'utf8',
      ...limits,
    });
    if (error !== undefined) throw error;
    return stdout.trim().split('\n');
  }

  it('both names mean the interpreter, whatever else is on the PATH, also to what it starts', () => {
    writePythonPrograms(programs, { path: real, executable: real });
    expect(printed('other')).toEqual(['real  1', 'real  2']);
  });

  it('an interpreter that is a script may start python3 by name', () => {
    const wrapper = program('wrapper', 'SET_UP=1 exec python3 "$@"');
    writePythonPrograms(programs, { path: wrapper, executable: real });
    expect(printed('real')).toEqual(['real 1 1', 'real 1 2']);
  });

  it('and one that starts it by path is what the names lead to as well', () => {
    const wrapper = program('wrapper', `SET_UP=1 exec "$(dirname "$0")/real/python3" "$@"`);
    writePythonPrograms(programs, { path: wrapper, executable: real });
    expect(printed('other')).toEqual(['real 1 1', 'real 1 2']);
  });
});
