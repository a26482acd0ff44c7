import type { Release } from '../../deploy/index.js';
import { MlError } from '../../kernel/index.js';
import type { Digest, JsonObject } from '../../kernel/index.js';
import type { ObjectRef } from '../../store/index.js';
import type { Champion, Champions } from './ports.js';

export interface ReleaseParts {
  readonly service: string;
  /** Projects by the name that the service gives the model. */
  readonly models: Readonly<Record<string, string>>;
  readonly config: JsonObject;
}

export interface ResolvedRelease {
  readonly release: Release;
  readonly bundles: Readonly<Record<string, ObjectRef>>;
  /** Versions by the name that the service gives the model. */
  readonly versions: Readonly<Record<string, number>>;
}

/** The only scope of a cache server whose word is taken for what users get. */
const trustedScope = 'protected';

/**
 * The release that the accepted versions come to.
 *
 * @throws MlError ERR_ML_DEPLOY_REFUSED for a model without an accepted version, or one that was accepted from a scope that is not trusted
 */
export async function resolveRelease(parts: ReleaseParts, champions: Champions): Promise<ResolvedRelease> {
  const found = await Promise.all(
    Object.entries(parts.models).map(
      async ([name, project]) => [name, accepted(project, await champions.of(project))] as const,
    ),
  );
  const pick = <T>(read: (champion: Champion) => T): Record<string, T> =>
    Object.fromEntries(found.map(([name, champion]) => [name, read(champion)]));
  const models: Record<string, Digest> = pick(({ manifest }) => manifest);
  return {
    release: { formatVersion: 1, service: parts.service, models, config: parts.config },
    bundles: pick(({ bundle }) => bundle),
    versions: pick(({ version }) => version),
  };
}

function accepted(project: string, champion: Champion | undefined): Champion {
  if (champion === undefined)
    throw new MlError('ERR_ML_DEPLOY_REFUSED', {
      message: `${project} has no accepted version that could be deployed`,
      fix: `Make it the champion of its registry: nx run ${project}:promote.`,
    });
  const { scope = trustedScope, version } = champion;
  if (scope === trustedScope) return champion;
  throw new MlError('ERR_ML_DEPLOY_REFUSED', {
    message: `${project} version ${String(version)} was accepted from the scope ${scope}, which anybody with a branch may write to`,
    fix: `Promote it from a job of the protected branch: nx run ${project}:promote.`,
  });
}
