import { inferProject, withoutSpecs } from './infer-project.js';

const service = (rest: string) =>
  inferProject('services/mail-api/ml.yaml', `kind: service\nmodels: [spam-filter]\n${rest}`, withoutSpecs);
const deploy =
  'deploy: { environments: [{ name: production, target: { gateway: "http://127.0.0.1:1" } }] }\n';

describe('the targets of a service', () => {
  it('deploy it where it says where it is served, and are never cached', () => {
    const { targets = {} } = service(deploy);
    expect(Object.keys(targets)).toEqual(['serve', 'deploy', 'rollback']);
    for (const [verb, target] of Object.entries(targets))
      expect(target).toMatchObject({ executor: 'nx-ml:service', options: { verb }, cache: false });
  });

  it('hold no value of ml.yaml, which would be in the hash of every task of the project', () => {
    const { targets } = service(deploy.replace('production', 'elsewhere'));
    expect(targets).toEqual(service(deploy).targets);
  });

  it('are there where its ml.yaml is broken, to say so', () => {
    const { targets = {}, tags } = service(deploy.replace('target', 'goal'));
    expect([Object.keys(targets), tags]).toEqual([['deploy', 'rollback'], ['ml:broken']]);
  });

  it('try it out after its models are packaged, until somebody ends it', () => {
    const { targets = {} } = service('');
    expect(Object.keys(targets)).toEqual(['serve']);
    const dependsOn = [{ projects: ['spam-filter'], target: 'package' }];
    expect(targets['serve']).toMatchObject({ continuous: true, dependsOn });
  });
});
