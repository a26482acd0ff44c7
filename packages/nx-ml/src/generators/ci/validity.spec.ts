import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import Ajv from 'ajv';

import { generated, parsedYaml, valuesOf, workspaces } from './testing/generated.js';
import type { WorkspaceName } from './testing/generated.js';

const names = Object.keys(workspaces) as WorkspaceName[];

interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly 'timeout-minutes'?: number;
  readonly concurrency?: { readonly group: string; readonly 'cancel-in-progress': boolean };
  readonly steps: readonly { readonly uses?: string; readonly run?: string; readonly with?: object }[];
}

const jobsOf = (text: string) => parsedYaml(text)['jobs'] as Readonly<Record<string, Job>>;

/** What GitHub's own parser and actionlint say to each. */
function problemsOf(texts: readonly string[]): readonly (readonly string[])[] {
  const script = join(__dirname, 'testing/check-workflows.mjs');
  const { status, stdout, stderr } = spawnSync(process.execPath, [script], {
    input: JSON.stringify(texts),
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as readonly (readonly string[])[];
}

describe('what is generated for GitHub', () => {
  it('is what GitHub’s parser and actionlint accept, and would not be with a mistake in it', async () => {
    const texts = await Promise.all(names.map(async (name) => (await generated('github', name)).text));
    const [text = ''] = texts.slice(-1);
    const wrong = [
      text.replace('timeout-minutes', 'timeout-minuts'),
      text.replace('needs: [plan, train]', 'needs: [plan, trained]'),
      text.replace('run: |', 'run: |\n          echo ${{ github.event.pull_request.title }}'),
      text.replace('steps.plan.outputs.shards }}', 'stepz.plan.outputs.shards }}'),
    ];
    const found = problemsOf([...texts, ...wrong]);
    expect(found.slice(0, texts.length)).toEqual(texts.map(() => []));
    expect(found.slice(texts.length).filter((problems) => problems.length === 0)).toEqual([]);
    expect(found).toHaveLength(texts.length + wrong.length);
  });

  it.each(names)('fills nothing that others wrote into a script: %s', async (name) => {
    const { text } = await generated('github', name);
    for (const run of valuesOf(parsedYaml(text), 'run').filter((value) => typeof value === 'string'))
      expect(run).not.toContain('${{');
    expect(text).not.toMatch(/pull_request_target|workflow_run|secrets: inherit|toJSON\(secrets\)/);
  });

  it.each(names)('names each action by a commit, and keeps no token in the clone: %s', async (name) => {
    const jobs = Object.values(jobsOf((await generated('github', name)).text));
    const uses = jobs.flatMap(({ steps }) => steps.filter((step) => step.uses !== undefined));
    for (const step of uses) {
      expect(step.uses).toMatch(/^actions\/[a-z-]+(\/[a-z]+)?@[0-9a-f]{40}$/);
      if (step.uses?.startsWith('actions/checkout') === true)
        expect(step.with).toMatchObject({ 'persist-credentials': false, 'fetch-depth': 0 });
    }
  });

  it.each(names)(
    'asks for little, ends in time, and never cancels what accepts or deploys: %s',
    async (name) => {
      const { text } = await generated('github', name);
      expect(parsedYaml(text)['permissions']).toEqual({ contents: 'read' });
      for (const [job, { permissions, concurrency, ...rest }] of Object.entries(jobsOf(text))) {
        expect([job, rest['timeout-minutes']]).toEqual([job, expect.any(Number) as number]);
        const mayWrite = Object.entries(permissions ?? {}).filter(([, level]) => level === 'write');
        const allowed = job === 'report' ? ['pull-requests'] : ['id-token'];
        expect(mayWrite.filter(([what]) => !allowed.includes(what))).toEqual([]);
        if (job !== 'monitor')
          expect([job, concurrency?.['cancel-in-progress']]).toEqual([
            job,
            ['plan', 'train', 'report'].includes(job),
          ]);
      }
    },
  );

  it.each(names)('shows no secret to the job that may write to pull requests: %s', async (name) => {
    const { text } = await generated('github', name);
    const report = JSON.stringify(jobsOf(text)['report']);
    expect(report).toContain('pull-requests');
    expect(report).not.toMatch(/secrets\.|id-token|actions\/cache/);
    expect(text.match(/github\.token/g)).toHaveLength(1);
  });

  it('knows jobs to a server by ID tokens, or where it is wished by a secret', async () => {
    const jobs = async (options: object) => {
      const { text } = await generated('github', 'server', { ...options });
      const known = Object.entries(jobsOf(text)).filter(([name]) => name !== 'report');
      const ids = known.map(([, { permissions }]) => permissions?.['id-token']);
      return [ids.every((level) => level === 'write'), text.includes('secrets.NX_ML_TOKEN')];
    };
    for (const cacheServer of ['', 'https://cache.example.org']) {
      expect(await jobs({ cacheServer })).toEqual([true, false]);
      expect(await jobs({ cacheServer, access: 'secret' })).toEqual([false, true]);
    }
    const { text } = await generated('github', 'bucket', { cacheServer: 'https://cache.example.org' });
    expect([text.includes('id-token: write'), text.includes('secrets.AWS')]).toEqual([true, true]);
  });

  it.each(names)('lets no pull request write what the branch reads: %s', async (name) => {
    const { text } = await generated('github', name);
    const { env } = parsedYaml(text) as { readonly env: Readonly<Record<string, string>> };
    expect(env['CACHE_HERE']).toContain(
      "github.event_name == 'pull_request' && github.event.pull_request.number",
    );
    const keys = valuesOf(parsedYaml(text), 'key') as readonly string[];
    for (const key of keys) expect(key).toMatch(/^\$\{\{ env\.CACHE_HERE \}\}-/);
    const pushes = text.split('\n      - ').filter((step) => step.includes('nx-ml store push'));
    const guard =
      name === 'server' ? 'head.repo.full_name != github.repository' : "github.event_name == 'push'";
    for (const step of pushes) expect(step).toContain(guard);
    expect(pushes).toHaveLength(name === 'plain' ? 0 : 3);
  });
});

/** What the schema that a provider publishes says to a text. */
function checkedBy(fixture: string) {
  const schema = JSON.parse(readFileSync(join(__dirname, 'fixtures', fixture), 'utf8')) as object;
  const isValid = new Ajv({ strict: false, validateFormats: false }).compile(schema);
  return (text: string) => (isValid(parsedYaml(text)) ? [] : (isValid.errors ?? []));
}

describe('what is generated for GitLab', () => {
  const check = checkedBy('gitlab-ci.schema.json');

  it.each(names)('fits the schema that GitLab publishes: %s', async (name) => {
    expect(check((await generated('gitlab', name)).text)).toEqual([]);
  });

  it('would be refused with a mistake in it', async () => {
    const { text } = await generated('gitlab', 'server');
    for (const wrong of [
      text.replace('interruptible: false', 'interruptible: sometimes'),
      text.replace('resource_group:', 'resource_groop:'),
      text.replace('resource_group: models-accept', 'resource_group: [models]'),
    ])
      expect([wrong === text, check(wrong).length > 0]).toEqual([false, true]);
  });

  it('knows jobs to a server by ID tokens that last as long as they, or where it is wished by a variable', async () => {
    for (const cacheServer of ['', 'https://cache.example.org/below']) {
      const { text } = await generated('gitlab', 'server', { cacheServer });
      expect(parsedYaml(text)['.models']).toMatchObject({
        timeout: '1h',
        id_tokens: { NX_ML_ID_TOKEN: { aud: 'https://cache.example.org' } },
      });
      expect(text).not.toContain('NX_ML_TOKEN=');
      const secret = (await generated('gitlab', 'server', { cacheServer, access: 'secret' })).text;
      expect([secret.includes('id_tokens'), secret.includes('export NX_ML_TOKEN=')]).toEqual([false, true]);
    }
    expect((await generated('bitbucket', 'server')).text).toContain('export NX_ML_TOKEN=');
  });

  it.each(names)('interrupts nothing that accepts or deploys: %s', async (name) => {
    const document = parsedYaml((await generated('gitlab', name)).text);
    const jobs = Object.keys(document).filter((job) => /^(?:accept|package|promote|deploy)/.test(job));
    expect(jobs).toHaveLength(name === 'server' ? 7 : 3);
    for (const job of jobs)
      expect(document[job]).toMatchObject({ interruptible: false, resource_group: `models-${job}` });
    expect(document['default']).toMatchObject({ interruptible: true });
    expect(document['workflow']).toMatchObject({ auto_cancel: { on_new_commit: 'interruptible' } });
    for (const job of ['plan', '.train', 'report']) expect(document[job]).not.toHaveProperty('interruptible');
  });

  it('tells the shell after a training again what the one before it was told', async () => {
    const document = parsedYaml((await generated('gitlab', 'server', { access: 'secret' })).text);
    const { before_script: before } = document['default'] as { readonly before_script: readonly string[] };
    const { after_script: after } = document['.train'] as { readonly after_script: readonly string[] };
    const exports = before.filter((line) => line.startsWith('export '));
    expect(exports).toHaveLength(2);
    expect(after.slice(0, 2)).toEqual(exports);
  });
});

describe('what is generated for Bitbucket and for others', () => {
  const check = checkedBy('bitbucket-pipelines.schema.json');
  const branchStep = (document: Readonly<Record<string, unknown>>) =>
    (valuesOf(document['pipelines'], 'main') as readonly (readonly { readonly step: object }[])[])[0]?.[0]
      ?.step;

  it.each(names)('fits the schema that Bitbucket publishes, and caches nothing: %s', async (name) => {
    const { text } = await generated('bitbucket', name);
    expect(check(text)).toEqual([]);
    const document = parsedYaml(text);
    expect(Object.keys(document)).toEqual(['image', 'clone', 'definitions', 'pipelines']);
    expect(valuesOf(document, 'caches')).toEqual([]);
    // The schema takes keys that it does not know.
    const known = [
      'name',
      'max-time',
      'script',
      'after-script',
      'artifacts',
      'concurrency-group',
      'deployment',
      'clone',
    ];
    for (const step of valuesOf(document, 'step') as readonly object[])
      expect(Object.keys(step).filter((key) => !known.includes(key))).toEqual([]);
  });

  it('would be refused by Bitbucket with a mistake in it', async () => {
    const { text } = await generated('bitbucket', 'server');
    for (const wrong of [
      text.replace('depth: full', 'depth: all'),
      text.replace('max-time: 120', 'max-time: long'),
      text.replace('concurrency-group: models-accept', 'concurrency-group: [models]'),
    ])
      expect([wrong === text, check(wrong).length > 0]).toEqual([false, true]);
  });

  it.each(names)(
    'ends a training of Bitbucket for a newer push, and nothing that accepts: %s',
    async (name) => {
      const document = parsedYaml((await generated('bitbucket', name)).text);
      expect(branchStep(document)).toMatchObject({ 'concurrency-group': 'models-accept' });
      for (const script of valuesOf(document, 'script') as readonly (readonly string[])[]) {
        const watching = script.filter((line) => line.includes('git ls-remote'));
        expect(watching.filter((line) => /gate accept|-t deploy/.test(line))).toEqual([]);
        const trains = script.some((line) => line.includes('nx run-many --targets="$TARGETS"'));
        expect(watching).toHaveLength(trains ? 1 : 0);
      }
    },
  );

  it.each(['bucket', 'server'] as const)(
    'gives a pull request of Bitbucket nothing that is the branch’s: %s',
    async (name) => {
      const { text } = await generated('bitbucket', name);
      const document = parsedYaml(text);
      expect(branchStep(document)).toMatchObject({ deployment: 'models' });
      expect(valuesOf(document['definitions'], 'deployment')).toEqual([]);
      const secret = name === 'server' ? 'NX_ML_TOKEN' : 'AWS_SECRET_ACCESS_KEY';
      const own = `if [ -n "\${BITBUCKET_PR_ID:-}" ]; then export ${secret}="\${PULL_REQUEST_${secret}:-}"; fi`;
      for (const script of valuesOf(document['definitions'], 'script') as readonly (readonly string[])[])
        expect(script).toContain(own);
      const after = valuesOf(document, 'after-script') as readonly (readonly string[])[];
      const pushing = after.filter((lines) => lines.some((line) => line.includes('store push')));
      expect(pushing.length).toBeGreaterThan(0);
      for (const lines of pushing) expect(lines).toContain(own);
    },
  );

  it.each(names)('is shell throughout: %s', async (name) => {
    const scripts = [(await generated('generic', name)).text];
    for (const provider of ['github', 'gitlab', 'bitbucket'] as const) {
      const document = parsedYaml((await generated(provider, name)).text);
      const lists = valuesOf(document, 'run', 'script', 'before_script', 'after_script', 'after-script');
      scripts.push(
        ...lists.map((list) =>
          Array.isArray(list) ? list.join('\n') : typeof list === 'string' ? list : '',
        ),
      );
    }
    for (const script of scripts) {
      const { status, stderr } = spawnSync('bash', ['-n'], { input: script, encoding: 'utf8' });
      expect([status, stderr]).toEqual([0, '']);
    }
  });
});
