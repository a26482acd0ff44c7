/** Entries of the file of --oidc whose jobs `claims.ts` has. */
export const trusted = {
  github: {
    provider: 'github',
    repository: 'octo/models',
    repositoryId: '456789',
    protectedRefs: ['refs/heads/main', 'refs/heads/release-*', 'refs/tags/v*'],
  },
  gitlab: {
    provider: 'gitlab',
    project: 'group/models',
    projectId: '20',
    protectedRefs: ['refs/heads/main', 'refs/tags/v*'],
  },
} as const;

/** A refusal of a genuine token for a reason. */
export function refusedFor(reason: RegExp): Error {
  return expect.objectContaining({ status: 403, message: expect.stringMatching(reason) as string }) as Error;
}
