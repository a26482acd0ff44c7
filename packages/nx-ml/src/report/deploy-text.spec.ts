import type { CanaryEvidence } from '@nx-ml/core/canary';
import type { DeployEvent, DeployPlan, DeployResult } from '@nx-ml/core/deploy';
import { digestOf, shortDigest } from '@nx-ml/core/kernel';

import { deployProgress, deployResultText, planLines } from './deploy-text.js';
import { drillText, historyLines, rollbackText } from './rollback-text.js';

const [from, to] = [digestOf('from'), digestOf('to')];
const [old, fresh] = [shortDigest(from), shortDigest(to)];
const place = { service: 'mail-api', environment: 'production' };
const plan: DeployPlan = {
  from,
  to,
  release: { formatVersion: 1, service: 'mail-api', models: { spam: digestOf('m') }, config: {} },
  strategy: 'canary',
  steps: [
    { kind: 'stage', latencyBudget: 50 },
    { kind: 'share', share: 0.05, mode: 'split' },
    { kind: 'serve' },
  ],
  noop: false,
};
const evidence = (requests: number, against: number): CanaryEvidence => ({
  requests,
  against: Math.log(against),
  clears: 0,
  limit: Math.log(20),
  guardrails: [
    {
      name: 'errors',
      against: 0,
      clears: 0,
      baseline: { seen: 1000, bad: 7 },
      candidate: { seen: 500, bad: 9 },
    },
  ],
});
const result = (change: Partial<DeployResult>): DeployResult => ({
  outcome: 'promoted',
  from,
  to,
  serving: to,
  reason: 'not worse',
  entry: 31,
  ...change,
});

function told(events: readonly DeployEvent[]): readonly string[] {
  let text = '';
  const emit = deployProgress((more) => (text += more));
  events.forEach(emit);
  return text.split('\n').slice(0, -1);
}

describe('deployProgress', () => {
  it('tells the steps, and looks as often as the requests double', () => {
    const look = (requests: number, share = 0.05): DeployEvent => ({
      type: 'look',
      share,
      evidence: evidence(requests, 0.6),
    });
    const counted = 'errors 1.8% / 0.7%  evidence against it 0.6 (stops at 20)';
    expect(
      told([
        { type: 'planned', plan },
        { type: 'staged', models: [{ name: 'spam', loaded: 400, p95: 6 }] },
        { type: 'routed', share: 0.05, mode: 'split' },
        look(0),
        look(1000),
        look(1500),
        look(2100),
        look(2200, 0.25),
      ]),
    ).toEqual([
      `mail-api: ${old} → ${fresh} by canary`,
      '',
      '  ✓ verified',
      '  ✓ spam loads in 400 ms, answers its example, p95 6 ms',
      '  → 5% of traffic',
      `  ● 5% of traffic  1,000 requests  ${counted}`,
      `  ● 5% of traffic  2,100 requests  ${counted}`,
      `  ● 25% of traffic  2,200 requests  ${counted}`,
    ]);
  });

  it('tells once that the target cannot be reached, until it can be', () => {
    const gone: DeployEvent = { type: 'unreachable', message: 'it is off' };
    const back: DeployEvent = { type: 'routed', share: 1, mode: 'shadow' };
    expect(told([gone, gone, back, gone])).toEqual([
      '  ! the target cannot be reached; trying again: it is off',
      '  → 100% in the shadow',
      '  ! the target cannot be reached; trying again: it is off',
    ]);
  });
});

describe('deployResultText', () => {
  it.each<[Partial<DeployResult>, RegExp]>([
    [{}, new RegExp(`^\nmail-api in production serves ${fresh}. Not worse.\nHistory entry 31.`)],
    [{ outcome: 'rolled-back', serving: from }, new RegExp(`Rolled back: .* serves ${old}`)],
    [{ outcome: 'inconclusive', serving: from, needed: 1234 }, /About 1,234 more requests would clear it/],
    [{ outcome: 'inconclusive', serving: from }, /No number of requests would decide it/],
    [{ outcome: 'failed', serving: null }, /Not deployed: .* goes on serving nothing/],
    [{ entry: undefined }, /The journal could not be told/],
  ])('tells %j', (change, text) => {
    expect(deployResultText(result(change), place)).toMatch(text);
  });
});

describe('planLines', () => {
  it('tells what would be done, and what stands in the way', () => {
    const text = planLines(
      { ...plan, returned: 'errors' },
      { place, versions: { spam: 3 }, open: undefined },
    );
    expect(text.split('\n')).toEqual([
      `mail-api: ${old} → ${fresh} by canary in production`,
      `  spam  v3  ${shortDigest(digestOf('m'))}`,
      '  ! it was rolled back here: errors. It takes --again REASON',
      '  1. verify the bundles, load them, ask their examples within 50 ms',
      '  2. 5% of traffic, until the evidence says how to go on',
      '  3. serve it to everybody; the one before stays loadable',
      '',
    ]);
    const none = planLines({ ...plan, noop: true, steps: [] }, { place, versions: {}, open: undefined });
    expect(none).toMatch(/already: nothing to do/);
  });
});

describe('going back', () => {
  it('is told with the time that it took', () => {
    const back = { from: to, serving: from, took: 212.4, entry: 5 };
    expect(rollbackText(back, place)).toBe(
      `mail-api in production is back at ${old}, from ${fresh}, in 212 ms.\nHistory entry 5. nx-ml deploy history mail-api\n`,
    );
    expect(rollbackText({ ...back, from, candidate: to }, place)).toMatch(
      new RegExp(`^The candidate ${fresh} is away: mail-api in production serves ${old}, in 212 ms`),
    );
    expect(drillText({ to: from, recovery: 8.2, took: 431 }, place)).toMatch(/8 ms from the command/);
  });

  it('stands in the history with reason and name', () => {
    const at = '2026-01-01T00:00:00.000Z';
    const text = historyLines(
      [
        {
          formatVersion: 1,
          type: 'begin',
          at,
          release: from,
          from: to,
          strategy: 'rollback',
          by: 'spec',
          holder: 'h',
          reason: 'empty answers',
        },
        {
          formatVersion: 1,
          type: 'end',
          at,
          outcome: 'rolled-back',
          serving: from,
          reason: 'empty answers',
        },
      ],
      place,
      Date.parse(at) + 60_000,
    );
    expect(text.split('\n')).toEqual([
      expect.stringMatching(new RegExp(`^0  .* ago  back +${fresh} → ${old} +spec: empty answers`)),
      expect.stringMatching(new RegExp(`^1  .* ago  rolled-back +serves ${old} +empty answers`)),
      '',
    ]);
    expect(historyLines([], place, 0)).toMatch(/Nothing was deployed/);
  });
});
