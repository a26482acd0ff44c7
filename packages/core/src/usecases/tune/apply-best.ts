import { canonicalJson, isJsonObject, MlError } from '../../kernel/index.js';
import type { JsonObject, JsonValue } from '../../kernel/index.js';
import { parseParamsFile, readYaml } from '../../manifest/index.js';
import { editParams } from '../../manifest/edit-params.js';
import { paramAt, withValues } from '../../tune/study/index.js';
import type { ScopedTrial } from '../../tune/study/index.js';
import { inProject } from '../in-project.js';
import type { Workspace } from '../ports.js';
import type { OpenStudy } from './open-study.js';

/** A file with the parameters of a trial written into it. */
interface AppliedFile {
  /** Workspace-relative. */
  readonly file: string;
  readonly before: string;
  readonly after: string;
}

/** A parameter that gets another value; undefined: that is not there. */
interface AppliedParam {
  readonly name: string;
  readonly before: JsonValue | undefined;
  readonly after: JsonValue | undefined;
}

export interface AppliedParams {
  readonly params: readonly AppliedParam[];
  readonly files: readonly AppliedFile[];
}

interface Home {
  readonly file: string;
  readonly at: readonly string[];
}

/**
 * What it takes to make the parameters of a trial those of the model: each where it stands today, new ones where the model's parameters stand.
 * Writes nothing.
 *
 * @throws MlError ERR_ML_PARAMS_INVALID
 */
export function planApply(
  { project, config, policy, view }: Pick<OpenStudy, 'project' | 'config' | 'policy' | 'view'>,
  trial: ScopedTrial,
  workspace: Workspace,
): AppliedParams {
  const manifest = inProject(project, 'ml.yaml');
  const shared: Home =
    typeof config.params === 'string'
      ? { file: inProject(project, config.params), at: [] }
      : { file: manifest, at: ['params'] };
  const ofTrain: Home = { file: manifest, at: ['train', 'params'] };
  const isOfTrain = (name: string): boolean =>
    config.train.params !== undefined && paramAt(config.train.params, name) !== undefined;
  const names = policy.space.parameters.map(({ name }) => name);
  const params = names.flatMap((name) => changeOf(name, view.scope.params, trial));
  const parts: readonly (readonly [Home, readonly string[]])[] = [
    [shared, names.filter((name) => !isOfTrain(name))],
    [ofTrain, names.filter(isOfTrain)],
  ];
  const texts = new Map<string, { before: string; after: string }>();
  for (const [home, own] of parts) edit(home, own, { trial, workspace, texts });
  const files = [...texts].flatMap(([file, { before, after }]) =>
    before === after ? [] : [{ file, before, after }],
  );
  return { params, files };
}

function changeOf(name: string, now: JsonObject, { values }: ScopedTrial): readonly AppliedParam[] {
  const [before, after] = [paramAt(now, name), Object.hasOwn(values, name) ? values[name] : undefined];
  const isSame = canonicalJson(before ?? null) === canonicalJson(after ?? null);
  return isSame && (before === undefined) === (after === undefined) ? [] : [{ name, before, after }];
}

interface Editing {
  readonly trial: ScopedTrial;
  readonly workspace: Workspace;
  readonly texts: Map<string, { before: string; after: string }>;
}

function edit({ file, at }: Home, names: readonly string[], { trial, workspace, texts }: Editing): void {
  if (names.length === 0) return;
  const known = texts.get(file);
  const before = known?.before ?? readText(file, workspace);
  const text = known?.after ?? before;
  const params = paramsIn(text, file, at);
  const edits = names.flatMap((name) => {
    const value = Object.hasOwn(trial.values, name) ? trial.values[name] : undefined;
    return value === undefined && paramAt(params, name) === undefined
      ? []
      : [{ path: name.split('.'), value }];
  });
  const expected = withValues(params, names, trial.values);
  texts.set(file, { before, after: editParams({ file, text, at, edits, expected }) });
}

function readText(file: string, { tree }: Workspace): string {
  const text = tree.readText(file);
  if (text !== undefined) return text;
  throw new MlError('ERR_ML_PARAMS_INVALID', {
    message: `${file} is not there any more`,
    fix: 'Bring it back, or write the parameters into ml.yaml.',
  });
}

function paramsIn(text: string, file: string, at: readonly string[]): JsonObject {
  if (at.length === 0) return parseParamsFile(text, file);
  const found = at.reduce<JsonValue | undefined>(
    (value, key) => (isJsonObject(value) ? value[key] : undefined),
    readYaml(text).value,
  );
  return isJsonObject(found) ? found : {};
}
