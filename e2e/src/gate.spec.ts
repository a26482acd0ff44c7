import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { copyInstalled, gatedWorkspace, WorkspaceRig } from '@nx-ml/testing';

interface JudgedLine {
  readonly verdict: {
    readonly state: string;
    readonly reasons: readonly { readonly code: string; readonly what: string | null }[];
    readonly budget: { readonly step: number | null } | null;
    readonly worse: readonly { readonly slice: string }[];
  };
  readonly known: boolean;
}

describe('The gate on real Nx', () => {
  let rig: WorkspaceRig;
  beforeAll(async () => {
    rig = await WorkspaceRig.create({ quick: true });
    rig.write(gatedWorkspace);
    rig.append('.gitignore', '*.tgz\n');
    rig.commitAll('start');
  });
  afterAll(() => rig.dispose());

  const change = (from: RegExp, to: string) => {
    rig.edit('models/mail/ml.yaml', (text) => text.replace(from, to));
  };
  const ask = async (cwd = rig.root) => {
    const { code, output } = await rig.cli(['gate', 'run', '--json'], { cwd });
    return { code, ...(JSON.parse(output.trim().split('\n').at(-1) ?? '') as JudgedLine) };
  };

  it('judges a first model by its floors, behind train and evaluate, and lets it be accepted', async () => {
    const { code, output } = await rig.nx(['run', 'mail:gate', '--output-style=static']);
    expect([code, output]).toEqual([0, expect.stringMatching(/PASS {2}mail .*on mail \(2,000 examples\)/)]);
    expect(output).toContain('There is no accepted model to compare with: floors alone decided.');
    expect(rig.takeTrace()).toEqual(['evaluate', 'train']);
    expect((await rig.cli(['gate', 'accept', 'mail'])).output).toContain('is accepted: it passed its gate');
    expect(rig.exists('nx-ml.gates.json')).toBe(true);
    expect(await ask()).toMatchObject({ code: 0, verdict: { reasons: [{ code: 'accepted' }] } });
  });

  it('holds what is no better, says nothing of why, and stops Nx', async () => {
    change(/right: \d+/, 'right: 1540');
    const { code, output } = await rig.nx(['run', 'mail:gate', '--output-style=static']);
    expect([code, output]).toEqual([1, expect.stringContaining('FAIL  mail')]);
    expect(output).not.toMatch(/\bp \d|0\.77/);
    expect(output).toContain('examples sealed by the gate');
    expect(rig.takeTrace()).toEqual(['evaluate', 'train']); // The accepted model’s evaluation is known.
    expect(await ask()).toMatchObject({
      code: 3,
      known: true,
      verdict: { state: 'fail', budget: { step: 2 } },
    });
    const refused = await rig.cli(['gate', 'accept', 'mail']);
    expect([refused.code, refused.output]).toEqual([1, expect.stringContaining('ERR_ML_GATE_HELD')]);
  });

  it('costs no training and no evaluation when a threshold changes, and asks anew', async () => {
    change(/primary: accuracy/, 'primary: { metric: accuracy, margin: 0.08 }');
    const { output } = await rig.nx(['run', 'mail:gate', '--output-style=static']);
    expect(output).toContain('PASS  mail');
    expect(rig.takeTrace()).toEqual([]);
    expect(await ask()).toMatchObject({ code: 0, known: true, verdict: { budget: { step: 3 } } });
  });

  it('tells how much of the test set is used, and when it is used up', async () => {
    expect((await rig.cli(['gate', 'budget'])).output).toMatch(
      /^mail {2}3 of 100 steps {2}1 of 1 promotion .*used up/,
    );
    change(/right: \d+/, 'right: 1900');
    await rig.nx(['run', 'mail:evaluate']);
    expect(await ask()).toMatchObject({
      code: 4,
      verdict: { state: 'inconclusive', reasons: [{ code: 'budget', what: 'promotions-used' }] },
    });
    const retired = await rig.cli(['gate', 'retire', 'mail', '--reason', 'new mails', '--by', 'spec']);
    expect(retired.output).toContain('retired after 3 steps and 1 promotion');
    expect(await ask()).toMatchObject({ code: 4, verdict: { reasons: [{ what: 'retired' }] } });
    rig.edit('models/mail/evaluate.mjs', (text) => text.replace('{ id, slice', '{ id: `new-${id}`, slice'));
    await rig.nx(['run', 'mail:evaluate']);
    expect(await ask()).toMatchObject({ code: 0, verdict: { state: 'pass', budget: { step: 1 } } });
  });

  it('names the slice that got worse where all may be told', async () => {
    await rig.cli(['gate', 'accept', 'mail']);
    change(
      / {2}floors: .*\n/,
      '  guardrails: [{ metric: accuracy, slice: lang=*, margin: 0.05 }]\n  budget: none\n',
    );
    change(/de: \d+/, 'de: 250');
    await rig.nx(['run', 'mail:evaluate']);
    expect(await ask()).toMatchObject({ code: 3, verdict: { state: 'fail', worse: [{ slice: 'lang=de' }] } });
    expect((await rig.cli(['gate', 'show', 'mail'])).output).toContain('lang=de');
  });

  it('lets it through with a reason, and compares with it from then on, in another clone too', async () => {
    const said = ['gate', 'override', 'mail', '--reason', 'asked for by law', '--by', 'spec'];
    expect((await rig.cli(said)).output).toContain('is accepted: let through by spec: asked for by law');
    rig.commitAll('as it is');
    const clone = join(rig.root, '../clone');
    rig.git('clone', '--quiet', '.', clone);
    await copyInstalled(rig.root, clone);
    rig.takeTrace();
    await rig.nx(['run', 'mail:evaluate'], { cwd: clone });
    expect(await ask(clone)).toMatchObject({ code: 0, verdict: { reasons: [{ code: 'accepted' }] } });
    expect(rig.takeTrace(clone)).toEqual([]);
    rmSync(clone, { recursive: true });
  });

  it('calls evidence invalid that cannot be judged', async () => {
    change(/right: \d+/, 'right: 1710');
    rig.edit('models/mail/evaluate.mjs', (text) => text.replace('prediction: isRight', 'answer: isRight'));
    await rig.nx(['run', 'mail:evaluate']);
    expect(await ask()).toMatchObject({ code: 5, verdict: { state: 'invalid' } });
  });

  it('answers nothing where the journal of the test set is lost', async () => {
    rig.git('checkout', '--quiet', '--', '.');
    change(/ {2}budget: none\n/, '');
    change(/right: \d+/, 'right: 1700');
    await rig.nx(['run', 'mail:evaluate']);
    const journals = join(rig.home, '.cache/nx-ml/store/journals/gate');
    for (const name of readdirSync(journals)) rmSync(join(journals, name), { recursive: true });
    expect(await ask()).toMatchObject({ code: 4, verdict: { reasons: [{ code: 'journal', what: 'gone' }] } });
  });

  it('plans without asking', async () => {
    const { output } = await rig.cli(['gate', 'plan', 'mail', '--disagreement', '0.1', '--have', '2000']);
    expect(output).toMatch(/8 points +\d+ +← asked for/);
    expect(output).toContain('2,000 examples can show');
  });
});
