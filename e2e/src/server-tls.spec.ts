import { copyFileSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';

import { WorkspaceRig } from '@nx-ml/testing';
import type { CommandResult } from '@nx-ml/testing';

import { ServerProcess } from './cache-server/server-process.js';

/** Of test fixtures: their keys are known to everybody. */
const certificate = (name: string): string =>
  join(__dirname, '../../packages/server/src/app/testing/certificates', `${name}.pem`);
const trusting = { NODE_EXTRA_CA_CERTS: certificate('authority') };

/** What a task of Nx would ask of the proxy: whether an entry is stored, and comes back. */
const asksTheCache = `
  const { NX_SELF_HOSTED_REMOTE_CACHE_SERVER: at, NX_SELF_HOSTED_REMOTE_CACHE_ACCESS_TOKEN: token } = process.env;
  const headers = { authorization: 'Bearer ' + token };
  fetch(at + '/v1/cache/1234567890', { headers }).then(({ status }) => console.log('the cache answers ' + status));
`;

describe('A server with a certificate of an own authority', () => {
  let rig: WorkspaceRig;
  let server: ServerProcess;
  let token: string;
  let served: string;

  beforeAll(async () => {
    rig = await WorkspaceRig.create({ quick: true });
    served = join(rig.home, 'served.pem');
    show('first');
    mkdirSync(join(rig.home, 'server'));
    server = new ServerProcess(join(rig.home, 'server'), ['--tls-cert', served, '--tls-key', served]);
    token = server.mint('user-ada');
    await server.start();
    rig.write({
      'datasets/rows/ml.yaml': 'kind: dataset\npointer: rows.ref.json\n',
      'datasets/rows/rows/0.csv': 'a,b\n',
    });
    expect((await rig.cli(['data', 'add', 'datasets/rows/rows'])).code).toBe(0);
  });
  afterAll(async () => {
    await server.end('SIGTERM');
    await rig.dispose();
  });

  /** Replaces certificate and key in one step. */
  function show(name: string): void {
    copyFileSync(certificate(name), `${served}.new`);
    renameSync(`${served}.new`, served);
  }

  const ask = (args: readonly string[], env: Readonly<Record<string, string>>): Promise<CommandResult> => {
    const address = `https://127.0.0.1:${String(server.port)}`;
    return rig.cli(args, { env: { NX_ML_REMOTE: address, NX_ML_TOKEN: token, ...env } });
  };
  const throughProxy = (env: Readonly<Record<string, string>>): Promise<CommandResult> => {
    const upstream = `https://127.0.0.1:${String(server.port)}`;
    return ask(['cache-proxy', '--upstream', upstream, '--', 'node', '-e', asksTheCache], env);
  };

  it('serves the remote and the proxy that know the authority', async () => {
    const pushed = await ask(['data', 'push'], trusting);
    expect([pushed.code, pushed.output]).toEqual([0, expect.not.stringContaining('ERR_')]);
    const { code, output } = await throughProxy(trusting);
    expect([code, output]).toEqual([0, expect.stringContaining('the cache answers 404')]);
    expect(output).not.toContain('It did less than it could');
  });

  it('is refused by those that do not, who are told how to know it; a run goes on', async () => {
    const { code, output } = await ask(['data', 'push'], {});
    expect(code).toBe(1);
    expect(output).toMatch(
      /ERR_ML_REMOTE_UNAVAILABLE.*UNABLE_TO_VERIFY_LEAF_SIGNATURE[^]*NODE_EXTRA_CA_CERTS/,
    );
    const run = await throughProxy({});
    expect([run.code, run.output]).toEqual([0, expect.stringContaining('the cache answers 404')]);
    expect(run.output).toMatch(/its certificate is not trusted \(NODE_EXTRA_CA_CERTS/);
  });

  it.each([
    ['elsewhere', 'ERR_TLS_CERT_ALTNAME_INVALID', /for another name/],
    ['ended', 'CERT_HAS_EXPIRED', /renew its certificate/],
  ])('is refused with the certificate %s, and what helps is told', async (name, code, mend) => {
    await server.end('SIGTERM');
    show(name);
    await server.start();
    const refused = await ask(['data', 'push'], trusting);
    expect([refused.code, refused.output]).toEqual([1, expect.stringContaining(code)]);
    expect(refused.output).toMatch(mend);
  });
});
