import { canonicalJson, MlError, parseJson } from '../../kernel/index.js';
import type { JsonValue } from '../../kernel/index.js';
import { nearestWord } from '../../manifest/index.js';
import { flatten } from '../../provenance/index.js';
import type { RunGroup } from '../records/list-runs.js';

/** `alpha=0.5,optimizer.rate=1e-3`: a comma that a name and `=` follow begins the next parameter, so that a value may hold commas. */
export function isParams(text: string): boolean {
  return /^[^=]+=/.test(text);
}

/**
 * The groups whose parameters have these values, the one that the workspace stands at first, then the newest.
 *
 * @throws MlError ERR_ML_OBJECT_MISSING where none has, with the values that there are.
 */
export function runsWithParams(
  text: string,
  groups: readonly RunGroup[],
): readonly [RunGroup, ...(readonly RunGroup[])] {
  const asked = text.split(/,(?=[^,=]+=)/).map((part) => {
    const equals = part.indexOf('=');
    return { name: part.slice(0, equals).trim(), value: part.slice(equals + 1).trim() };
  });
  let found: readonly RunGroup[] = groups;
  for (const param of asked) {
    const matching = found.filter((group) => hasValue(paramsOf(group)[param.name], param.value));
    if (matching.length === 0) throw noSuchRuns(param, found);
    found = matching;
  }
  const current = found.filter((group) => group.current);
  const [first, ...others] = [...current, ...found.filter((group) => !group.current)];
  if (first === undefined) throw new Error('no group where each parameter had one');
  return [first, ...others];
}

interface AskedParam {
  readonly name: string;
  readonly value: string;
}

function paramsOf({ runs }: RunGroup): Readonly<Record<string, JsonValue>> {
  return flatten(runs[0]?.document.params ?? {});
}

/** As text, or as the JSON that it is: `1` and `1.0` are the same number. */
function hasValue(value: JsonValue | undefined, text: string): boolean {
  if (value === undefined) return false;
  if (value === text) return true;
  const read = parseJson(text);
  return read !== undefined && canonicalJson(read) === canonicalJson(value);
}

function noSuchRuns({ name, value }: AskedParam, groups: readonly RunGroup[]): MlError {
  const names = [...new Set(groups.flatMap((group) => Object.keys(paramsOf(group))))];
  if (!names.includes(name)) {
    const nearest = nearestWord(name, names);
    return new MlError('ERR_ML_OBJECT_MISSING', {
      message: `No run has the parameter "${name}"`,
      fix:
        nearest === undefined ? `Parameters: ${names.join(', ') || 'none'}.` : `Did you mean "${nearest}"?`,
    });
  }
  const values = new Set(groups.flatMap((group) => shownValue(paramsOf(group)[name])));
  return new MlError('ERR_ML_OBJECT_MISSING', {
    message: `No run has ${name}=${value}`,
    fix: `Runs have ${name}: ${[...values].slice(0, 20).join(', ')}. Train with it first, or name another value.`,
  });
}

function shownValue(value: JsonValue | undefined): readonly string[] {
  if (value === undefined) return [];
  return [typeof value === 'string' ? value : canonicalJson(value)];
}
