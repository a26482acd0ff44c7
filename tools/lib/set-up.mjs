// What every entry command does first, so that it works in a fresh clone: install the locked packages.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const repo = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/** Runs a command with its output shown; ends this process with its exit code when it fails. */
export function must(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, { cwd: repo, stdio: 'inherit', ...options });
  if (error) throw error;
  if (status !== 0) {
    console.error(`\n${command} ${args.join(' ')} failed with exit code ${status}`);
    process.exit(status ?? 1);
  }
}

/** Installs exactly what package-lock.json says, once for each state of that file. */
export function ensureInstalled() {
  const stamp = join(repo, 'node_modules/.nx-ml-installed');
  const wanted = createHash('sha256')
    .update(readFileSync(join(repo, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  console.log('Installing the locked packages (npm ci)');
  must('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  writeFileSync(stamp, wanted);
}

/** Builds the packages; unchanged ones come from Nx's cache. What Nx says is shown where it fails. */
export function build() {
  const { status, stdout, stderr, error } = spawnSync(
    'npx',
    ['nx', 'run-many', '-t', 'build', '--output-style=static'],
    {
      cwd: repo,
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
      env: { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false' },
    },
  );
  if (error) throw error;
  if (status === 0) return;
  const said = stdout + stderr;
  console.error(said.trim());
  console.error(
    `\nThe build failed with exit code ${status}${said.includes('out of sync') ? outOfSync : ''}`,
  );
  process.exit(status ?? 1);
}

const outOfSync = `: a package imports another one that its tsconfig.lib.json does not refer to, or refers to one
that it no longer imports. Write the references, and commit them:

  NX_DAEMON=false npx nx sync`;
