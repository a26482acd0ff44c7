import { spawnSync } from 'node:child_process';

export function spawnGit(
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>>,
): { readonly status: number | null; readonly output: string } {
  const { status, stdout, stderr } = spawnSync('git', args, { cwd, env, encoding: 'utf8' });
  return { status, output: `${stdout}${stderr}` };
}
