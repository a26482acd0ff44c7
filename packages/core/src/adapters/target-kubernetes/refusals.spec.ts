import type { CandidateMode, Release } from '../../deploy/index.js';
import { digestOf } from '../../kernel/index.js';
import type { KubernetesSettings } from './settings.js';
import { renderManifests } from './render.js';
import { KubeRig, settings } from './testing/kube-rig.js';

describe('KubernetesTarget', () => {
  let rig: KubeRig;
  const refused = { code: 'ERR_ML_DEPLOY_REFUSED' };
  const failed = (message: RegExp) => ({
    code: 'ERR_ML_DEPLOY_TARGET',
    message: expect.stringMatching(message) as string,
  });

  async function opened(kind: KubernetesSettings['kind'] = 'deployment') {
    rig = await new KubeRig(kind).open();
    const [first, second] = [rig.release('first'), rig.release('second')];
    const target = rig.target();
    for (const { release, bundles } of [first, second]) await target.stage(release, bundles);
    const { revision } = await target.observe();
    const { observed } = await target.route(revision, { baseline: first.id });
    const candidate = (share: number, mode: CandidateMode = 'split', of = target) =>
      of.route(observed.revision, { baseline: first.id, candidate: { release: second.id, share, mode } }, 60);
    return { target, candidate, first, second };
  }
  afterEach(() => rig.close());

  it.each<[string, KubernetesSettings['kind'], number, CandidateMode]>([
    ['a share, of a Service', 'deployment', 0.05, 'split'],
    ['shadow traffic, of a Service', 'deployment', 1, 'shadow'],
    ['shadow traffic, of KServe', 'kserve', 1, 'shadow'],
    ['less than a percent, of KServe', 'kserve', 0.005, 'split'],
    ['candidate with everything, of KServe', 'kserve', 1, 'split'],
  ])('says for ever that it has no %s', async (_, kind, share, mode) => {
    const { candidate, target, first } = await opened(kind);
    await expect(candidate(share, mode)).rejects.toMatchObject(refused);
    expect((await target.observe()).route).toEqual({ baseline: first.id });
  });

  it('has no candidate where nobody counts', async () => {
    const { candidate } = await opened();
    const blind = rig.target({ prometheus: undefined });
    await expect(candidate(1, 'split', blind)).rejects.toMatchObject(refused);
  });

  it('takes a counter that went back for no evidence', async () => {
    const { candidate, target } = await opened('kserve');
    rig.ask(20);
    await candidate(0.5);
    rig.cluster.counted.clear();
    await expect(target.counts()).rejects.toMatchObject(failed(/went back from 20 to 0/));
  });

  it.each([
    [
      'not a number',
      { outputs: [{ name: 'y', datatype: 'FP32', shape: [1], data: [null] }] },
      /not a number/,
    ],
    [
      'of another type',
      { outputs: [{ name: 'y', datatype: 'INT64', shape: [1], data: [1] }] },
      /no FP32 "y"/,
    ],
    ['none', {}, /no outputs/],
  ])('does not stage a model whose answer is %s', async (_, answer, reason) => {
    for (const kind of ['deployment', 'kserve'] as const) {
      rig = await new KubeRig(kind).open();
      const { release, bundles } = rig.release('first');
      rig.cluster.answer = answer;
      const staged = await rig.target().stage(release, bundles);
      expect(staged).toMatchObject({
        ready: false,
        model: 'm',
        reason: expect.stringMatching(reason) as string,
      });
      if (kind === 'deployment') await rig.close();
    }
  });

  it.each(['deployment', 'kserve'] as const)(
    'makes %s serve what was decided, where somebody died or changed it by hand',
    async (kind) => {
      const { target, candidate, first } = await opened(kind);
      await candidate(kind === 'kserve' ? 0.5 : 1);
      const answers = rig.ask(20);
      const before = await target.observe();
      const service = rig.cluster.object('services', settings.name);
      const predictor = rig.cluster.object('inferenceservices', settings.name)?.spec?.['predictor'];
      if (service?.spec !== undefined) service.spec['selector'] = {};
      else (predictor as { canaryTrafficPercent: number }).canaryTrafficPercent = 7;
      expect(await target.observe()).toEqual(before);
      expect(rig.ask(20)).toEqual(answers);
      await target.rollback(undefined);
      expect(new Set(rig.ask(20))).toEqual(new Set([first.id]));
    },
  );

  it('believes no state that is none', async () => {
    const { target } = await opened();
    const map = rig.cluster.object('configmaps', `${settings.name}-nx-ml`);
    if (map !== undefined) map.data = { state: '{"formatVersion":1}' };
    await expect(target.observe()).rejects.toMatchObject(failed(/no state of nx-ml/));
  });

  it('says that its token is refused', async () => {
    await opened();
    await expect(rig.target({}, 'another').observe()).rejects.toMatchObject(failed(/401.*Unauthorized/));
  });

  it('renders the same release to the same bytes, and refuses what KServe cannot serve', async () => {
    await opened();
    const digest = digestOf('m');
    const release: Release = { formatVersion: 1, service: 's', models: { a: digest, b: digest }, config: {} };
    const files = renderManifests(settings, release);
    expect(renderManifests(settings, { ...release, models: { b: digest, a: digest } })).toEqual(files);
    expect([...files.keys()].map((name) => name.split('-')[0])).toEqual([
      'deployment',
      'service',
      'service',
      'serviceaccount',
      'role',
      'rolebinding',
      'cronjob',
    ]);
    expect([...files.values()].join('')).toContain(`oci://registry.example/models/a@${digest}`);
    expect(() => renderManifests({ ...settings, kind: 'kserve' }, release)).toThrow(/has 2/);
  });
});
