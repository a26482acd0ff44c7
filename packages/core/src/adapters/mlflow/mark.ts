import { isDigest } from '../../kernel/index.js';
import type { JsonObject } from '../../kernel/index.js';
import type { ListedVersion, Release } from '../../registry/index.js';
import { pairsIn, textIn } from './answers.js';

const ownerTag = 'nx-ml.owner';
const versionTag = 'nx-ml.version';
const manifestTag = 'nx-ml.manifest';
/** The last line of a description: some versions of GitLab keep no tags. */
const line = /^nx-ml (\S{1,500})(?: version (\d{1,7}) (\S{1,100}))?$/m;

type Tag = Readonly<{ key: string; value: string }>;

/** What a model of ours is known by. */
export function modelMark({ owner }: Release): {
  readonly tags: readonly Tag[];
  readonly description: string;
} {
  const description = `Published by nx-ml. What is changed here is not read by it.\n\nnx-ml ${owner}`;
  return { tags: tagsOf({ [ownerTag]: owner }), description };
}

/** What a version of ours is known by, and whatever else is told of it. */
export function versionMark(
  { owner, version, manifest, tags }: Release,
  more: Readonly<Record<string, string>> = {},
): { readonly tags: readonly Tag[]; readonly description: string } {
  const said = `nx-ml ${owner} version ${String(version)} ${manifest}`;
  const marks = { [ownerTag]: owner, [versionTag]: String(version), [manifestTag]: manifest };
  return {
    tags: tagsOf({ ...marks, ...tags, ...more }),
    description: `Version ${String(version)}.\n\n${said}`,
  };
}

export function ownerIn(model: JsonObject): string | undefined {
  return pairsIn(model, 'tags').get(ownerTag) ?? lineIn(model)?.[1];
}

export function markIn(version: JsonObject): ListedVersion['mark'] {
  const tags = pairsIn(version, 'tags');
  const said = lineIn(version);
  const owner = tags.get(ownerTag) ?? said?.[1];
  const number = Number(tags.get(versionTag) ?? said?.[2]);
  const manifest = tags.get(manifestTag) ?? said?.[3];
  if (owner === undefined || !Number.isSafeInteger(number) || manifest === undefined) return undefined;
  return isDigest(manifest) ? { owner, version: number, manifest } : undefined;
}

function lineIn(json: JsonObject): RegExpExecArray | undefined {
  return line.exec(textIn(json, 'description') ?? '') ?? undefined;
}

function tagsOf(values: Readonly<Record<string, string>>): readonly Tag[] {
  return Object.entries(values).map(([key, value]) => ({ key, value }));
}
