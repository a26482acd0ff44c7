import { MlError } from '../kernel/index.js';

/**
 * Whose work an entry is: `protected` (protected branches), `pr-<number>` (one pull request), `branch-<24 hex>` (one branch that is
 * not protected, or a merge request whose number its ID token does not tell, as GitLab's) or `user-<name>` (one person's machine). A
 * token has exactly one, and all that is written with it lands there.
 */
export type Scope = string & { readonly __brand: 'Scope' };

const pattern = /^(?:protected|pr-[1-9][0-9]{0,9}|branch-[0-9a-f]{24}|user-[a-z0-9][a-z0-9._-]{0,62})$/;

/** The scope that all trust, and that trusts nobody else. */
export const protectedScope = 'protected' as Scope;

export function isScope(text: unknown): text is Scope {
  return typeof text === 'string' && pattern.test(text);
}

/** @throws MlError ERR_ML_SCOPE_INVALID */
export function parseScope(text: string): Scope {
  if (isScope(text)) return text;
  throw new MlError('ERR_ML_SCOPE_INVALID', {
    message: `${JSON.stringify(text.slice(0, 100))} is not a scope`,
    fix: 'Write protected, pr-<number>, branch-<24 hex digits> or user-<name>, the name in lower-case letters, digits, ".", "_" and "-".',
  });
}

/**
 * The scopes that one reads, in the order in which it looks: its own, then the protected one. What was written from a pull
 * request is so never read on a protected branch, nor by another pull request (CVE-2025-36852).
 */
export function readableScopes(scope: Scope): readonly Scope[] {
  return scope === protectedScope ? [protectedScope] : [scope, protectedScope];
}

export function trusts(reader: Scope, writer: Scope): boolean {
  return readableScopes(reader).includes(writer);
}
