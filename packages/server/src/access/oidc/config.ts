import type { JsonObject } from '@nx-ml/core/kernel';
import { isJsonObject, MlError } from '@nx-ml/core/kernel';
import { readJson } from '@nx-ml/core/documents';

import { isSafeAddress } from './address.js';
import { parseGithubTrust } from './github-trust.js';
import type { GithubTrust } from './github-trust.js';
import { parseGitlabTrust } from './gitlab-trust.js';
import type { GitlabTrust } from './gitlab-trust.js';
import { Fields } from './fields.js';

/** One repository whose jobs get tokens for their ID tokens. */
export type Trust = GithubTrust | GitlabTrust;

/** The file of --oidc. docs/guides/cache-access.md tells each field. */
export interface OidcConfig {
  /** Whom an ID token must have been made for: this and nobody else. */
  readonly audience: string;
  readonly trusted: readonly Trust[];
}

/** @param path for messages. @throws MlError ERR_ML_SERVER_CONFIG */
export function parseOidcConfig(text: string, path: string): OidcConfig {
  const reading = readJson(text);
  if (!reading.ok) throw invalid(path, reading.message);
  try {
    const fields = new Fields(reading.value, ['formatVersion', 'audience', 'trusted']);
    if (fields.value('formatVersion') !== 1) throw new Error('formatVersion must be 1');
    const trusted = fields.list('trusted').map(parseTrust);
    checkTogether(trusted);
    return { audience: fields.text('audience', /^[\x21-\x7e]{1,200}$/), trusted };
  } catch (error) {
    throw error instanceof Error ? invalid(path, error.message) : error;
  }
}

function parseTrust(value: unknown, index: number): Trust {
  const provider = isJsonObject(value) ? value['provider'] : undefined;
  try {
    if (provider === 'github') return checked(parseGithubTrust(value as JsonObject));
    if (provider === 'gitlab') return checked(parseGitlabTrust(value as JsonObject));
    throw new Error('provider must be github or gitlab');
  } catch (error) {
    throw error instanceof Error ? new Error(`trusted[${String(index)}]: ${error.message}`) : error;
  }
}

function checked(trust: Trust): Trust {
  for (const [name, address] of Object.entries({ issuer: trust.issuer, jwksUri: trust.jwksUri }))
    if (address !== undefined && !isSafeAddress(address))
      throw new Error(
        `${name} must be an https address (http on loopback alone), not ${JSON.stringify(address)}`,
      );
  return trust;
}

/** What is safe one by one and not together. */
function checkTogether(trusted: readonly Trust[]): void {
  if (trusted.length === 0) throw new Error('trusted is empty');
  if (trusted.filter(({ provider }) => provider === 'github').length > 1)
    throw new Error(
      'trusted has two repositories of GitHub: pull request 7 of one and of the other would be one scope. Give each a server of its own',
    );
  const addresses = new Map(trusted.map(({ issuer, jwksUri }) => [issuer, jwksUri]));
  if (trusted.some(({ issuer, jwksUri }) => addresses.get(issuer) !== jwksUri))
    throw new Error('trusted has one issuer with two jwksUri');
  const names = trusted.map((trust) => [trust.issuer, trust.id].join(' '));
  if (new Set(names).size !== names.length) throw new Error('trusted has a project twice');
}

function invalid(path: string, why: string): MlError {
  return new MlError('ERR_ML_SERVER_CONFIG', {
    message: `${path} does not say whom to trust: ${why.slice(0, 300)}`,
    fix: 'docs/guides/cache-access.md has examples. Nothing of the file is in force.',
  });
}
