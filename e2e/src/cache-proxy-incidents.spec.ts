import { taskStates, WorkspaceRig } from '@nx-ml/testing';
import type { CommandResult } from '@nx-ml/testing';

import { RealServer } from './cache-proxy/real-server.js';

/** A training that lasts until a test lets it end. */
const workspace = {
  '.gitignore': 'node_modules\n.nx\n.nx-ml\n.trace\ngo\n',
  'models/mail/ml.yaml': `kind: model
params: { run: 0 }
train: { command: node train.mjs }
evaluate: { command: node evaluate.mjs }
`,
  'models/mail/train.mjs': `import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
const run = JSON.parse(readFileSync(process.env.ML_RUN, 'utf8'));
appendFileSync('../../.trace', 'train\\n');
while (!existsSync('../../go')) await new Promise((resolve) => setTimeout(resolve, 20));
writeFileSync(run.outputs.model + '/model.json', JSON.stringify(run.params));
writeFileSync(run.outputs.metrics, '{"rows": 1}');
`,
  'models/mail/evaluate.mjs': `import { readFileSync, writeFileSync } from 'node:fs';
const run = JSON.parse(readFileSync(process.env.ML_RUN, 'utf8'));
writeFileSync(run.outputs.metrics, '{"accuracy": 1}');
`,
};

describe('nx-ml-server fails amidst a training', () => {
  const server = new RealServer();
  let rig: WorkspaceRig;
  let upstream: string;
  let runs = 0;

  beforeAll(async () => {
    upstream = await server.start();
    rig = await WorkspaceRig.create({ quick: true });
    rig.write(workspace);
    rig.commitAll('start');
  });
  afterAll(async () => {
    await rig.dispose();
    await server.stop();
  });

  /** What becomes of a training during which something happens. */
  const during = async (token: string, incident: () => Promise<unknown>): Promise<CommandResult> => {
    runs += 1;
    rig.remove('go');
    rig.takeTrace();
    rig.edit('models/mail/ml.yaml', (text) => text.replace(/run: \d+/, `run: ${String(runs)}`));
    const nx = ['nx', 'run', 'mail:evaluate', '--output-style=static'];
    const patience = ['--timeout', '2', '--drain', '30'];
    const run = rig.cli(['cache-proxy', '--upstream', upstream, ...patience, '--', ...nx], {
      env: { NX_ML_TOKEN: token },
    });
    while (!rig.exists('.trace')) await new Promise((resolve) => setTimeout(resolve, 20));
    await incident();
    rig.write({ go: '' });
    return run;
  };
  const trained = { 'mail:train': 'executed', 'mail:evaluate': 'executed' };

  it('the token is revoked: all is trained, and the entries wait', async () => {
    const token = await server.mint('protected');
    const { code, output } = await during(token, () => server.revoke(token));
    expect([code, output]).toEqual([0, expect.stringMatching(/2 kept[^]*does not take the token/)]);
    expect(taskStates(output)).toEqual(trained);
  });

  it('the server is killed and started again: all is trained, and sent', async () => {
    const token = await server.mint('protected');
    const { port } = new URL(upstream);
    const { code, output } = await during(token, async () => {
      await server.kill();
      await server.start(Number(port));
    });
    expect([code, output]).toEqual([0, expect.stringMatching(/2 entries sent/)]);
    expect(taskStates(output)).toEqual(trained);
  });

  it('the server is killed and stays away: all is trained, and the entries wait', async () => {
    const token = await server.mint('protected');
    const { code, output } = await during(token, () => server.kill());
    expect([code, output]).toEqual([0, expect.stringMatching(/2 kept[^]*nobody listens/)]);
    expect(taskStates(output)).toEqual(trained);
  });
});
