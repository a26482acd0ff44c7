import { digestOf, hexOf } from '../kernel/index.js';

/** A comment on a pull or merge request. Its text is somebody's, and believed in nothing but its marker if it is our own. */
export interface Comment {
  /** Decimal; a later comment has a greater one. */
  readonly id: string;
  readonly body: string;
  /** Whoever holds the token wrote it. */
  readonly isOwn: boolean;
  /** For people. */
  readonly url: string | undefined;
}

/**
 * The comments of one pull or merge request. What may pass is tried again, so that a comment may have been made although `create` failed, or
 * twice: whoever must have one looks again.
 *
 * All throw MlError ERR_ML_FORGE_REFUSED where the token may not, or there is no such request, and ERR_ML_FORGE_UNAVAILABLE where it went on
 * failing.
 */
export interface Comments {
  list(): Promise<readonly Comment[]>;
  create(body: string): Promise<Comment>;
  /** @returns false where it is gone. */
  update(id: string, body: string): Promise<boolean>;
  /** Nothing happens where it is gone. */
  remove(id: string): Promise<void>;
}

export interface Marked {
  /** What the report is on: of one workspace, and one name in it. */
  readonly of: string;
  /** Number of the CI run that wrote it: a later run has a greater one. */
  readonly run: number;
}

/** One comment a workspace, and a name where several jobs report on other models of it. */
export function reportSubject(workspaceId: string, name: string): string {
  return hexOf(digestOf(JSON.stringify([workspaceId, name]))).slice(0, 16);
}

/** The first line of a comment, which nobody sees. */
export function markerText({ of, run }: Marked): string {
  return `<!-- nx-ml report ${of} run ${String(run)} -->`;
}

/** @returns undefined for a comment that does not begin with a marker */
export function markerOf(body: string): Marked | undefined {
  const [, of, run] = /^<!-- nx-ml report ([0-9a-f]{16}) run (\d{1,15}) -->\r?(?:\n|$)/.exec(body) ?? [];
  return of === undefined ? undefined : { of, run: Number(run) };
}
