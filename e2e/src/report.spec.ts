import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { gatedWorkspace, WorkspaceRig } from '@nx-ml/testing';

/** What GitHub would have of a pull request: comments by their text. */
class PullRequest {
  readonly comments: { id: number; body: string }[] = [];
  readonly tokens = new Set<string | undefined>();
  readonly #server: Server = createServer((request, response) => {
    this.tokens.add(request.headers.authorization);
    let text = '';
    request.on('data', (piece: Buffer) => (text += piece.toString('utf8')));
    request.on('end', () => {
      const [status, answer] = this.#answer(request.method ?? '', request.url ?? '', text);
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    });
  });

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #answer(method: string, url: string, text: string): readonly [number, unknown] {
    const shown = ({ id, body }: { id: number; body: string }) => ({
      ...{ id, body, html_url: `https://forge.example/7#${String(id)}` },
      user: { login: 'github-actions[bot]', type: 'Bot' },
    });
    if (method === 'GET' && url.startsWith('/repos/owner/name/issues/7/comments'))
      return [200, this.comments.map(shown)];
    if (method === 'GET') return [403, { message: 'Resource not accessible by integration' }];
    const { body } = JSON.parse(text) as { readonly body: string };
    if (method === 'POST') {
      const made = { id: this.comments.length + 1, body };
      this.comments.push(made);
      return [201, shown(made)];
    }
    const found = this.comments.find(({ id }) => url.endsWith(`/issues/comments/${String(id)}`));
    if (found === undefined) return [404, {}];
    found.body = body;
    return [200, shown(found)];
  }
}

describe('The report on real Nx', () => {
  let rig: WorkspaceRig;
  const pull = new PullRequest();

  beforeAll(async () => {
    rig = await WorkspaceRig.create();
    rig.write(gatedWorkspace);
    rig.append('.gitignore', '*.html\n');
    rig.commitAll('start');
    await rig.nx(['run', 'mail:gate', '--output-style=static']);
    await rig.cli(['gate', 'accept', 'mail']);
  });
  afterAll(() => {
    pull.stop();
    return rig.dispose();
  });

  it('has nothing to tell where nothing changed', async () => {
    const { code, output } = await rig.cli(['report']);
    expect([code, output]).toEqual([0, expect.stringContaining('## Models: none of 1 changed')]);
  });

  it('tells what changed and what the gate said, and keeps sealed what that does', async () => {
    rig.edit('models/mail/ml.yaml', (text) => text.replace(/right: \d+/, 'right: 1540'));
    const before = await rig.cli(['report']);
    expect(before.output).toContain('## Models: 1 not trained as it is');
    await rig.nx(['run', 'mail:gate', '--output-style=static']);
    const { code, output } = await rig.cli(['report']);
    expect([code, output]).toEqual([0, expect.stringContaining('## Models: 1 changed')]);
    expect(output).toContain('**Gates:** 1 FAIL');
    expect(output).toContain('| param | `right` | 1600 → 1540 |');
    expect(output).not.toMatch(/0\.77/);
  });

  it('writes each format, a page that is whole and a summary that is appended', async () => {
    expect((await rig.cli(['report', '--format', 'html', '--output', 'out/report.html'])).code).toBe(0);
    expect(rig.read('out/report.html')).toMatch(/^<!doctype html>[\s\S]*<\/html>\n$/);
    expect((await rig.cli(['report', '--format', 'junit'])).output).toContain('<failure message="fail: ');
    expect(JSON.parse((await rig.cli(['report', '--format', 'sarif'])).output)).toMatchObject({
      runs: [{ results: [{ ruleId: 'gate-failed' }] }],
    });
    expect(JSON.parse((await rig.cli(['report', '--format', 'json'])).output)).toMatchObject({
      models: [{ project: 'mail', state: 'changed', verdict: { state: 'fail' } }],
    });
    rig.write({ 'out/summary.html': 'first\n' });
    const env = { GITHUB_STEP_SUMMARY: `${rig.root}/out/summary.html` };
    expect((await rig.cli(['report', '--format', 'summary'], { env })).output).toBe('');
    expect(rig.read('out/summary.html')).toMatch(/^first\n## Models: 1 changed/);
  });

  it('posts one comment, edits it, and leaves that of a later run', async () => {
    rig.write({ 'out/event.html': JSON.stringify({ pull_request: { number: 7 } }) });
    const env = (run: string) => ({
      GITHUB_API_URL: api,
      GITHUB_REPOSITORY: 'owner/name',
      GITHUB_EVENT_PATH: `${rig.root}/out/event.html`,
      GITHUB_RUN_ID: run,
      GITHUB_TOKEN: 'ghs_secret',
    });
    const api = await pull.start();
    const post = (run: string) => rig.cli(['report', '--post', 'github'], { env: env(run) });
    expect((await post('10')).output).toBe(
      'The report is a comment of pull request 7 of owner/name: https://forge.example/7#1\n',
    );
    expect((await post('11')).output).toContain('is up to date');
    expect((await post('9')).output).toContain('A later run has reported');
    expect(pull.comments).toHaveLength(1);
    expect(pull.comments[0]?.body).toMatch(
      /^<!-- nx-ml report [0-9a-f]{16} run 11 -->\n\n## Models: 1 changed/,
    );
    expect([...pull.tokens]).toEqual(['Bearer ghs_secret']);
  });

  it('says what is missing to post, before anything else', async () => {
    const { code, output } = await rig.cli(['report', '--post', 'gitlab'], { env: { CI_PROJECT_ID: '7' } });
    expect([code, output]).toEqual([2, expect.stringContaining('This job is of no merge request')]);
  });

  it('counts what the caches spared, and what lay there already as nothing', async () => {
    const saved = async () =>
      (
        JSON.parse((await rig.cli(['savings', '--json'])).output) as {
          readonly months: readonly {
            readonly runs: number;
            readonly projects: readonly { readonly project: string }[];
          }[];
        }
      ).months[0];
    const start = (await saved())?.runs ?? 0;
    await rig.nx(['run', 'mail:evaluate', '--output-style=static']);
    expect((await saved())?.runs ?? 0).toBe(start);
    rig.edit('models/mail/ml.yaml', (text) => text.replace(/right: \d+/, 'right: 1600'));
    await rig.nx(['run', 'mail:evaluate', '--output-style=static']);
    // Nx itself had them: train and evaluate.
    expect((await saved())?.runs).toBe(start + 2);
    rig.remove('.nx-ml');
    await rig.nx(['run', 'mail:evaluate', '--output-style=static', '--skip-nx-cache']);
    // The store had them.
    expect((await saved())?.runs).toBe(start + 4);
    expect((await saved())?.projects.map(({ project }) => project)).toEqual(['mail']);
  });
});
