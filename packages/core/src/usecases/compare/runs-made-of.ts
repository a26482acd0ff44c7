import { canonicalJson, digestOf } from '../../kernel/index.js';
import type { JsonObject } from '../../kernel/index.js';
import { mergeParams, parseMlYaml, parseParamsFile, stepsOf } from '../../manifest/index.js';
import type { StepSpec } from '../../manifest/index.js';
import type { RunGroup } from '../records/list-runs.js';
import type { Commits } from './runs-at-commit.js';

/** How a commit says that a model is trained. */
interface Training {
  readonly command: string;
  readonly params: JsonObject;
}

/**
 * The groups whose training is what a commit holds: the same command and parameters, and code of the same bytes. That it was run at
 * that commit says less: people run first and commit then, and a run beside a stray file counts as uncommitted.
 *
 * @param root the project's folder, workspace-relative.
 * @returns none as well where the commit's ml.yaml cannot be read.
 */
export async function runsMadeOf(
  commit: string,
  { root, groups }: { readonly root: string; readonly groups: readonly RunGroup[] },
  commits: Commits,
): Promise<ReadonlySet<RunGroup>> {
  const training = await trainingAt(commit, root, commits);
  const alike = groups.filter(({ runs }) => {
    const document = runs[0]?.document;
    return (
      training !== undefined &&
      document?.command === training.command &&
      canonicalJson(document.params) === canonicalJson(training.params)
    );
  });
  const paths = alike.flatMap(({ runs }) => runs[0]?.document.code.map(({ path }) => path) ?? []);
  const files = await commits.filesAt(commit, [...new Set(paths)]);
  const digests = new Map([...files].map(([path, bytes]) => [path, digestOf(bytes)]));
  return new Set(
    alike.filter(({ runs }) =>
      runs[0]?.document.code.every(({ path, digest }) => digests.get(path) === digest),
    ),
  );
}

async function trainingAt(commit: string, root: string, commits: Commits): Promise<Training | undefined> {
  const file = `${root}/ml.yaml`;
  const text = await textAt(commit, file, commits);
  const parsed = text === undefined ? undefined : parseMlYaml(text, file);
  if (parsed?.ok !== true) return undefined;
  const spec = stepsOf(parsed.config).find(({ step }) => step === 'train');
  const params = spec && (await paramsAt(commit, { root, spec }, commits));
  return params && { command: spec.command, params };
}

async function paramsAt(
  commit: string,
  { root, spec }: { readonly root: string; readonly spec: StepSpec },
  commits: Commits,
): Promise<JsonObject | undefined> {
  const { file: name, values } = spec.params;
  if (name === undefined) return values;
  const file = `${root}/${name}`;
  const text = await textAt(commit, file, commits);
  try {
    return text === undefined ? undefined : mergeParams(parseParamsFile(text, file), values);
  } catch {
    return undefined; // With such a file nothing was ever run.
  }
}

async function textAt(commit: string, path: string, commits: Commits): Promise<string | undefined> {
  const bytes = (await commits.filesAt(commit, [path])).get(path);
  return bytes === undefined ? undefined : Buffer.from(bytes).toString('utf8');
}
