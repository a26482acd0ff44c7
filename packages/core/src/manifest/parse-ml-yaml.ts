import { positionAt } from '../documents/index.js';
import { isJsonObject } from '../kernel/index.js';
import type { JsonObject, JsonValue } from '../kernel/index.js';
import { shownValue } from './flow-text.js';
import { mlConfigSchemas } from './ml-config.js';
import type { MlConfig, MlKind } from './ml-config.js';
import { findingsOf } from './ml-issues.js';
import type { Finding } from './ml-issues.js';
import { keysAt, mlKinds } from './ml-keys.js';
import { nearestWord } from './nearest-word.js';
import type { Problem } from './problem.js';
import { readYaml } from './read-yaml.js';
import type { YamlReading } from './yaml-reader.js';

export type ParseResult =
  | { readonly ok: true; readonly config: MlConfig }
  /** All problems, in the order of the file: at least one, and of a file beyond help the first 50. */
  | { readonly ok: false; readonly problems: readonly Problem[] };

/**
 * Reads an ml.yaml. Pure and total: every text gives a configuration or a list of problems, nothing is thrown.
 *
 * @param file how to name the file in problems: its workspace-relative path.
 */
export function parseMlYaml(text: string, file: string): ParseResult {
  const reading = readYaml(text);
  const checked = reading.value === undefined ? undefined : check(reading.value);
  if (checked?.config !== undefined && reading.problems.length === 0)
    return { ok: true, config: checked.config };
  const problems = problemsOf(reading, checked?.findings ?? []);
  return {
    ok: false,
    problems: firstInFile(problems).map(({ offset, ...rest }) => ({
      ...rest,
      file,
      ...positionAt(text, offset),
    })),
  };
}

const maxProblems = 50;

interface Checked {
  readonly config?: MlConfig;
  readonly findings: readonly Finding[];
}

function check(value: JsonValue): Checked {
  if (!isJsonObject(value)) {
    const message = `the file holds ${Array.isArray(value) ? 'a list' : shownValue(value)} and must hold a map of keys`;
    return {
      findings: [{ path: [], message, fix: 'Begin with `kind: dataset`, `kind: model` or `kind: service`.' }],
    };
  }
  const kind = value['kind'];
  if (isKind(kind)) return checkAs(kind, value);
  const likely = likelyKind(value);
  const finding = kindFinding(kind, likely);
  const others = likely === undefined ? [] : checkAs(likely, { ...value, kind: likely }).findings;
  return { findings: [finding, ...others] };
}

function checkAs(kind: MlKind, value: JsonObject): Checked {
  const result = mlConfigSchemas[kind].safeParse(value);
  return result.success
    ? { config: result.data, findings: [] }
    : { findings: findingsOf(result.error.issues, kind, value) };
}

function isKind(kind: unknown): kind is MlKind {
  return typeof kind === 'string' && Object.hasOwn(mlConfigSchemas, kind);
}

/** The kind that was most likely meant: by its spelling, else by a key that only one kind has. */
function likelyKind(value: JsonObject): MlKind | undefined {
  const { kind } = value;
  const near = typeof kind === 'string' ? nearestWord(kind, mlKinds) : undefined;
  if (isKind(near)) return near;
  return mlKinds.find((candidate) =>
    keysAt(candidate, []).some((key) => key in value && ownerOf(key) === candidate),
  );
}

function ownerOf(key: string): MlKind | undefined {
  const owners = mlKinds.filter((kind) => keysAt(kind, []).includes(key));
  return owners.length === 1 ? owners[0] : undefined;
}

function kindFinding(kind: JsonValue | undefined, likely: MlKind | undefined): Finding {
  const all = 'dataset, model or service';
  if (kind === undefined)
    return {
      path: ['kind'],
      message: '`kind` is missing',
      fix: `Add \`kind: ${likely ?? 'model'}\` (${all}).`,
    };
  const ask = likely === undefined ? '' : `: did you mean \`${likely}\`?`;
  const message = `\`kind\` is ${shownValue(kind)} and must be ${all}${ask}`;
  return { path: ['kind'], message, fix: `Write \`kind: ${likely ?? 'model'}\`.` };
}

interface Placed {
  readonly code: Problem['code'];
  readonly offset: number;
  readonly message: string;
  readonly fix: string;
}

function problemsOf(reading: YamlReading, findings: readonly Finding[]): readonly Placed[] {
  const ofYaml = reading.problems.map(({ offset, syntax, message, fix }): Placed => {
    return { code: syntax ? 'ERR_ML_CONFIG_SYNTAX' : 'ERR_ML_CONFIG_INVALID', offset, message, fix };
  });
  const told = new Set(ofYaml.map(({ offset }) => offset));
  const ofContent = findings.map(({ path, message, fix }): Placed & { readonly value: number } => {
    const place = reading.locate(path);
    return { code: 'ERR_ML_CONFIG_INVALID', offset: place.key, value: place.value, message, fix };
  });
  // A value that YAML itself cannot give is reported once, not again for what it is not.
  const fresh = ofContent.filter(({ offset, value }) => !told.has(offset) && !told.has(value));
  return [...ofYaml, ...fresh.map(({ code, offset, message, fix }) => ({ code, offset, message, fix }))];
}

function firstInFile(problems: readonly Placed[]): readonly Placed[] {
  return [...problems].sort((a, b) => a.offset - b.offset).slice(0, maxProblems);
}
