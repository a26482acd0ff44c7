import { MlError } from '@nx-ml/core/kernel';
import { readJson } from '@nx-ml/core/documents';

import { Fields } from './fields.js';
import { parseTrust } from './trust.js';
import type { Trust } from './trust.js';

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
    const trusted = fields.list('trusted').map(parseEntry);
    checkTogether(trusted);
    return { audience: fields.text('audience', /^[\x21-\x7e]{1,200}$/), trusted };
  } catch (error) {
    throw error instanceof Error ? invalid(path, error.message) : error;
  }
}

function parseEntry(value: unknown, index: number): Trust {
  try {
    return parseTrust(value);
  } catch (error) {
    throw error instanceof Error ? new Error(`trusted[${String(index)}]: ${error.message}`) : error;
  }
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
