import { checkGuardrail } from '../canary/index.js';
import { deploymentsOf } from './deploy-policy.js';
import { parseMlYaml } from './parse-ml-yaml.js';

const target = 'target: { gateway: "http://127.0.0.1:9321" }';

function parsed(deploy: string) {
  return parseMlYaml(`kind: service\nmodels: { spam: spam-filter }\ndeploy:\n${deploy}`, 'ml.yaml');
}

function deployments(deploy: string) {
  const result = parsed(deploy);
  if (!result.ok) throw new Error(result.problems.map(({ message }) => message).join('\n'));
  return deploymentsOf(result.config);
}

const problems = (deploy: string): readonly string[] => {
  const result = parsed(deploy);
  return result.ok ? [] : result.problems.map(({ message }) => message);
};

describe('deploymentsOf', () => {
  it('fills in what a canary needs, and guards errors', () => {
    expect(deployments(`  environments: [{ name: production, ${target} }]`)).toEqual([
      {
        environment: 'production',
        target: { gateway: 'http://127.0.0.1:9321' },
        models: { spam: 'spam-filter' },
        config: {},
        policy: {
          strategy: 'canary',
          canary: {
            steps: [0.05, 0.25, 0.5],
            guardrails: [{ name: 'errors', worse: 1, clear: 1.4, tolerated: 0.001 }],
            alpha: 0.05,
            least: 100,
            most: 1_000_000,
          },
          shadow: { share: 1, differences: 0.05, alpha: 0.05, most: 1_000_000 },
          patience: 3_600_000,
          lease: 10,
        },
      },
    ]);
  });

  it('guards latency where there is a budget for it, which is part of the release', () => {
    const [found] = deployments(
      `  latencyBudget: 50\n  feedback: [{ name: stars, bad: below, than: 3 }]\n  environments: [{ name: p, ${target}, patience: 10m }]`,
    );
    expect(found?.config).toEqual({
      latencyBudget: 50,
      feedback: { stars: { bad: 'below', than: 3 } },
    });
    expect(found?.policy).toMatchObject({ latencyBudget: 50, patience: 600_000 });
    expect(found?.policy.canary.guardrails.map(({ name }) => name)).toEqual(['errors', 'slow']);
  });

  it('makes guardrails with which something can be decided, whatever ratio is given', () => {
    const given = '[{ name: errors }, { name: feedback.stars, worse: 3 }, { name: feedback.x, clear: 1.1 }]';
    const [found] = deployments(`  environments: [{ name: p, ${target}, guardrails: ${given} }]`);
    for (const guardrail of found?.policy.canary.guardrails ?? [])
      expect(() => {
        checkGuardrail(guardrail);
      }).not.toThrow();
  });

  it.each([
    [`{ name: p, ${target}, steps: [0.5, 0.1] }`, /steps` is .* rising shares/],
    [`{ name: p, ${target}, steps: [0] }`, /steps/],
    [`{ name: p, ${target}, strategy: hope }`, /strategy/],
    [`{ name: p, ${target}, guardrails: [{ name: errors, clear: 1 }] }`, /could never be promoted/],
    [`{ name: p, ${target}, guardrails: [{ name: errors, worse: 3, clear: 2 }] }`, /could never be promoted/],
    [`{ name: p, ${target}, guardrails: [{ name: errors }, { name: errors }] }`, /`errors` stands twice/],
    [`{ name: p, ${target}, guardrails: [{ name: slow }] }`, /needs a latency budget/],
    [`{ name: p, ${target}, guardrails: [{ name: latency }] }`, /feedback/],
    [`{ name: p, ${target}, differences: 0.1 }`, /no effect without `strategy: shadow`/],
    [`{ name: p, ${target}, lease: 0 }`, /lease/],
    [`{ name: p, target: { gateway: 'http://me:secret@host' } }`, /without user and password/],
    [`{ name: p, target: {} }`, /says nothing of what serves/],
    [`{ name: p, target: { gateway: 'http://host', command: run } }`, /is served by one/],
    [`{ name: p, target: { kubernetes: { kind: deployment, bundle: 'a{hex}' } } }`, /needs an `image`/],
    [`{ name: p, target: { kubernetes: { kind: kserve, bundle: 'a{hex}', port: 1 } } }`, /no effect with/],
    [`{ name: p, target: { kubernetes: { kind: kserve, bundle: latest } } }`, /\{digest\}/],
    [`{ name: p, target: { command: run, token: T } }`, /`token` has no effect without `gateway`/],
    [`{ name: p, target: { command: run, env: ['A B'] } }`, /names of environment variables/],
    [`{ name: p, ${target} }, { name: p, ${target} }`, /`p` stands twice/],
    [`{ name: p, ${target}, patiense: 1h }`, /did you mean `patience`/],
  ])('refuses %s', (environment, message) => {
    expect(problems(`  environments: [${environment}]`).join('\n')).toMatch(message);
  });

  it('has nothing to say of a service without the key, and of models', () => {
    const model = parseMlYaml('kind: model\ntrain: { command: node t.mjs }', 'ml.yaml');
    const service = parseMlYaml('kind: service\nmodels: [a]', 'ml.yaml');
    for (const result of [model, service]) expect(result.ok && deploymentsOf(result.config)).toEqual([]);
  });
});
