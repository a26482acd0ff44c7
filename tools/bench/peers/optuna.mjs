// Optuna in a virtual environment of its own beneath the system's temporary folder, spoken to by JSON lines.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const version = '5.0.0';
const folder = join(tmpdir(), `nx-ml-bench-optuna-${version}`);
const python = join(folder, 'bin/python');

/** @returns undefined where it cannot be installed, with the reason said. */
export async function openOptuna(say) {
  try {
    if (!existsSync(join(folder, 'done'))) install();
  } catch (error) {
    say(`Optuna could not be installed: ${String(error.message).split('\n')[0]}`);
    return undefined;
  }
  const child = spawn(python, [fileURLToPath(new URL('./optuna-child.py', import.meta.url))], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const read = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error('Optuna ended');
    return value;
  };
  const write = (value) => child.stdin.write(`${JSON.stringify(value)}\n`);
  const told = await read();
  return {
    version: told,
    /** Values in the order in which they were found, and the time that asking and telling took. */
    async run({ space, seed, trials, group, of }) {
      write({ space, seed, trials, group });
      const values = [];
      for (let trial = 0; trial < trials; trial += 1) {
        values.push(of(JSON.parse(await read())));
        write(values.at(-1));
      }
      return values;
    },
    close: () => child.stdin.end(),
  };
}

function install() {
  const run = (command, args) => execFileSync(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  run('python3', ['-m', 'venv', '--clear', folder]);
  run(python, ['-m', 'pip', 'install', '--quiet', `optuna==${version}`]);
  run('touch', [join(folder, 'done')]);
}
