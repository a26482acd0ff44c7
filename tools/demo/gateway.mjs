// The gateway that the services of the quickstart are deployed to, as a process of its own.
import { env, start } from './workspace.mjs';

const state = '.nx-ml/gateway';

/** Starts it, and gives the token to whoever deploys from here. @returns what ends it, by its own process id. */
export async function startGateway({ serving, admin }) {
  const { output } = await start('nx-ml-server', ['gateway', 'token', '--state', state, '--json']).ended;
  env.NX_ML_GATEWAY_TOKEN = JSON.parse(output.split('\n')[0]).token;
  const listens = ['--listen', `127.0.0.1:${serving}`, '--admin-listen', `127.0.0.1:${admin}`];
  const gateway = start('nx-ml-server', ['gateway', '--state', state, ...listens, '--no-access-log']);
  while (!gateway.output().includes('listens on')) {
    if (gateway.child.exitCode !== null) throw new Error(`the gateway ended:\n${gateway.output()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return async () => {
    gateway.child.kill('SIGTERM');
    const { code } = await gateway.ended;
    if (code !== 0) throw new Error(`the gateway ended with exit code ${code}:\n${gateway.output()}`);
  };
}
