import { posix } from 'node:path';

import { logger } from '@nx/devkit';
import type { GeneratorCallback, Tree } from '@nx/devkit';

import { nxGenerator } from '../nx-generator.js';
import { writeTemplate } from '../template-files.js';
import { bitbucketValues } from './bitbucket.js';
import { factsOf } from './facts.js';
import type { CiFacts } from './facts.js';
import { githubValues } from './github.js';
import { gitlabValues } from './gitlab.js';
import { indented } from './indented.js';
import { marked, refuseEdited } from './marked-file.js';
import { ciGenerator } from './options.js';
import type { CiOptions, Provider } from './options.js';
import { scriptsOf } from './scripts.js';

/** Where each provider looks; templates/ci/<provider> has the file's template. */
const files: Readonly<Record<Provider, string>> = {
  github: '.github/workflows/nx-ml.yml',
  gitlab: '.gitlab-ci.yml',
  bitbucket: 'bitbucket-pipelines.yml',
  generic: 'ci/nx-ml.sh',
};

/** @throws MlError ERR_ML_FILE_EDITED */
export async function generateCi(tree: Tree, options: CiOptions): Promise<GeneratorCallback | undefined> {
  const facts = await factsOf(tree, options);
  const path = files[facts.provider];
  const before = tree.exists(path) ? (tree.read(path, 'utf8') ?? '') : undefined;
  const after = marked(render(tree, facts));
  if (before === after) {
    logger.info(`${path} is up to date: nothing changed.`);
    return undefined;
  }
  if (before !== undefined && !options.force) refuseEdited(path, before);
  tree.write(path, after, facts.provider === 'generic' ? { mode: 0o755 } : {});
  return () => {
    tellNext(facts, path);
  };
}

function render(tree: Tree, facts: CiFacts): string {
  const path = files[facts.provider];
  const before = tree.exists(path) ? tree.read(path) : null;
  writeTemplate(tree, `ci/${facts.provider}`, posix.dirname(path), {
    ...facts,
    ...githubValues(facts),
    ...gitlabValues(facts),
    ...(facts.provider === 'bitbucket' ? bitbucketValues(facts) : {}),
    scripts: scriptsOf(facts),
    indent: indented,
  });
  const text = tree.read(path, 'utf8') ?? '';
  if (before === null) tree.delete(path);
  else tree.write(path, before);
  return text;
}

function tellNext({ provider, remote, branch }: CiFacts, path: string): void {
  logger.info(
    `${path}: pull requests to ${branch} train and judge what they change; on ${branch} what passed is accepted.`,
  );
  if (remote === 'none')
    logger.warn(
      `The workspace has no remote, so ${unshared[provider]}. Name one as "remote" of nx-ml in nx.json, and run this again.`,
    );
}

const asLongAsCache = 'models, accepted ones too, last as long as the cache of the CI';
const unshared: Readonly<Record<Provider, string>> = {
  github: asLongAsCache,
  gitlab: asLongAsCache,
  bitbucket: 'no model is known to the next run, nor what was accepted: each trains all of them anew',
  generic: 'models, accepted ones too, last as long as the store of the machine that it runs on',
};

export default nxGenerator(ciGenerator, generateCi);
