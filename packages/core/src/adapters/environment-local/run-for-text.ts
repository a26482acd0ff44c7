/** Runs a short program and gives its standard output. Rejects when it fails or takes longer than 30 seconds. */
export async function runForText(
  path: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const { execa } = await import('execa');
  const { stdout } = await execa(path, [...args], {
    env,
    extendEnv: false,
    stdin: 'ignore',
    timeout: 30_000,
  });
  return stdout;
}
