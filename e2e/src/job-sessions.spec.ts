import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { WorkspaceRig } from '@nx-ml/testing';

import { IdTokenIssuer } from './cache-server/id-token-issuer.js';
import { ServerProcess } from './cache-server/server-process.js';

const audience = 'https://cache.example.org';
const github = {
  repository: 'octo/models',
  repository_id: '456789',
  event_name: 'pull_request',
  ref: 'refs/pull/7/merge',
};
const gitlab = {
  aud: audience,
  project_path: 'group/models',
  project_id: '20',
  job_project_path: 'group/models',
  job_project_id: '20',
  pipeline_source: 'push',
  ref_path: 'refs/heads/main',
  ref: 'main',
  ref_type: 'branch',
  ref_protected: 'true',
};

describe('A remote at a server, from jobs without a secret', () => {
  const issuer = new IdTokenIssuer(github);
  let rig: WorkspaceRig;
  let server: ServerProcess;

  beforeAll(async () => {
    rig = await WorkspaceRig.create({ quick: true });
    await issuer.start();
    const folder = join(rig.home, 'server');
    mkdirSync(folder);
    mkdirSync(join(rig.home, 'tmp'));
    const trust = { issuer: issuer.url, protectedRefs: ['refs/heads/main'] };
    const trusted = [
      { provider: 'github', repository: 'octo/models', repositoryId: '456789', ...trust },
      { provider: 'gitlab', project: 'group/models', projectId: '20', ...trust },
    ];
    const oidc = join(folder, 'oidc.json');
    writeFileSync(oidc, JSON.stringify({ formatVersion: 1, audience, trusted }));
    server = new ServerProcess(folder, ['--oidc', oidc]);
    await server.start();
    rig.write({
      'datasets/rows/ml.yaml': 'kind: dataset\npointer: rows.ref.json\n',
      'datasets/rows/rows/0.csv': 'a,b\n',
    });
  });
  afterAll(async () => {
    await server.end('SIGTERM');
    await issuer.stop();
    await rig.dispose();
  });

  const run = async (args: readonly string[], store: string, who: Readonly<Record<string, string>>) => {
    const NX_ML_REMOTE = `http://127.0.0.1:${String(server.port)}`;
    const env = {
      NX_ML_STORE: join(rig.home, store),
      TMPDIR: join(rig.home, 'tmp'),
      NX_ML_CACHE_AUDIENCE: audience,
      NX_ML_REMOTE,
      ...who,
    };
    const { code, output } = await rig.cli(args, { env });
    if (code !== 0) throw new Error(output);
    return output;
  };

  it('serves all commands of a job of GitLab with its one ID token, and those of GitHub with one each', async () => {
    const job = { NX_ML_ID_TOKEN: issuer.sign(gitlab) };
    await run(['data', 'add', 'datasets/rows/rows'], 'one', job);
    await run(['data', 'push'], 'one', job);
    expect(readdirSync(join(rig.home, 'server/storage/store'))).toEqual(['protected']);
    await run(['data', 'pull'], 'two', job);
    expect(readdirSync(join(rig.home, 'server/state/exchanged'), { recursive: true })).toHaveLength(2);
    const pull = {
      ACTIONS_ID_TOKEN_REQUEST_URL: `${issuer.url}/token?api-version=2`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'request',
    };
    await run(['data', 'pull'], 'three', pull);
    rig.write({ 'datasets/rows/rows/1.csv': 'c,d\n' });
    await run(['data', 'add', 'datasets/rows/rows'], 'three', pull);
    await run(['data', 'push'], 'three', pull);
    expect(readdirSync(join(rig.home, 'server/storage/store')).sort()).toEqual(['pr-7', 'protected']);
    expect(issuer.given).toBe(2);
  });

  it('says how to be let in to a job that the server does not know', async () => {
    const other = issuer.sign({ ...gitlab, job_project_path: 'mallory/models', job_project_id: '666' });
    await expect(run(['data', 'push'], 'three', { NX_ML_ID_TOKEN: other })).rejects.toThrow(
      /ERR_ML_REMOTE_REFUSED.*does not take the ID token of this job \(403\)[^]*--oidc/,
    );
    await expect(run(['data', 'push'], 'three', {})).rejects.toThrow(/ERR_ML_REMOTE_REFUSED.*who this is/);
  });
});
