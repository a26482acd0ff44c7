import { gatedWorkspace, WorkspaceRig } from '@nx-ml/testing';

import { PullRequest } from './ci/pull-request.js';

describe('The report on real Nx', () => {
  let rig: WorkspaceRig;
  const pull = new PullRequest();

  beforeAll(async () => {
    rig = await WorkspaceRig.create({ quick: true });
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
    const slip = await rig.cli(['report', '--base', 'mian']);
    expect([slip.code, slip.output]).toEqual([2, expect.stringContaining('"mian" is no commit')]);
  });

  it('tells what other machines reported, and who is missing', async () => {
    const alone = await rig.cli(['report', '--format', 'json', '--output', 'out/1.html']);
    expect(alone).toMatchObject({ code: 0, output: '' });
    const args = ['report', 'mail', 'ham', '--from', 'out/1.html'];
    const { code, output } = await rig.cli(args);
    expect([code, output]).toEqual([0, expect.stringContaining('1 changed, 1 not reported on')]);
    expect(output).toContain('| param | `right` | 1600 → 1540 |');
    expect(output).toContain('**Not reported on:** `ham`.');
    expect((await rig.cli([...args, '--base', 'main'])).code).toBe(2);
    rig.write({ 'out/2.html': '{"formatVersion":1,' });
    const refused = await rig.cli([...args, '--from', 'out/2.html']);
    expect([refused.code, refused.output]).toEqual([
      expect.any(Number),
      expect.stringContaining('ERR_ML_DOCUMENT_INVALID'),
    ]);
    expect(refused.code).not.toBe(0);
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
