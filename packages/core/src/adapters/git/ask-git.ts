import { spawn } from 'node:child_process';

/**
 * What a git command prints; undefined where git cannot be started or says no. By Node's own means: a look at data that did
 * not change is over before a comfortable library is loaded.
 *
 * @param cwd absolute.
 * @param input for its standard input.
 */
export function askGit(cwd: string, args: readonly string[], input = ''): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const git = spawn('git', ['--no-optional-locks', ...args], { cwd, stdio: ['pipe', 'pipe', 'ignore'] });
    const printed: Buffer[] = [];
    git.stdout.on('data', (part: Buffer) => printed.push(part));
    git.on('error', () => {
      resolve(undefined);
    });
    git.on('close', (code) => {
      resolve(code === 0 ? Buffer.concat(printed) : undefined);
    });
    git.stdin.on('error', () => undefined); // It may end before it has read all; its exit code says so.
    git.stdin.end(input);
  });
}

/** The commit that a revision names; undefined where there is none. @param root absolute. */
export async function commitNamed(root: string, revision: string): Promise<string | undefined> {
  const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`];
  return (await askGit(root, args))?.toString('utf8').trim();
}
