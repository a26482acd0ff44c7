import { sign, verify } from 'node:crypto';

import { documentBytes } from '../kernel/index.js';
import * as z from '../kernel/zod.js';
import { maxEnvelope } from './limits.js';
import { malformed, notBelieved, unsigned } from './refusals.js';
import type { SigningKey, TrustedKey } from './signing-keys.js';
import { decodeStatement, encodeStatement } from './statement.js';
import type { Statement } from './statement.js';
import { readStrict } from './strict-json.js';

const payloadType = 'application/vnd.in-toto+json';

const base64 = z.string().regex(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/);
const schema = z.strictObject({
  payload: base64,
  payloadType: z.literal(payloadType),
  signatures: z
    .array(z.strictObject({ keyid: z.string().regex(/^[0-9a-f]{16}$/), sig: base64.length(88) }))
    .max(8),
});

/** A statement in a DSSE envelope (github.com/secure-systems-lab/dsse, version 1); without a key it is not signed. */
export function encodeEnvelope(statement: Statement, key: SigningKey | undefined): Buffer {
  const payload = encodeStatement(statement);
  const signatures =
    key === undefined
      ? []
      : [{ keyid: key.id, sig: sign(null, preAuthentication(payload), key.key).toString('base64') }];
  return documentBytes({ payload: payload.toString('base64'), payloadType, signatures });
}

export interface OpenedEnvelope {
  readonly statement: Statement;
  /** Ids of the trusted keys that signed it. Without trusted keys nobody's signature was looked at. */
  readonly signedBy: readonly string[];
  /** Ids of the keys that are said to have signed it. */
  readonly claimed: readonly string[];
}

/**
 * @param trusted where it is not empty, one of these keys must have signed
 * @throws MlError ERR_ML_BUNDLE_LAYOUT, ERR_ML_BUNDLE_UNSIGNED, ERR_ML_BUNDLE_SIGNATURE
 */
export function openEnvelope(bytes: Uint8Array, trusted: readonly TrustedKey[]): OpenedEnvelope {
  const { payload, signatures } = readStrict(bytes, { name: 'the attestation', schema, limit: maxEnvelope });
  const text = Buffer.from(payload, 'base64');
  if (text.toString('base64') !== payload) throw malformed('the attestation is not in canonical form');
  const signedBy = trusted.length === 0 ? [] : signersAmong(text, signatures, trusted);
  return { statement: decodeStatement(text), signedBy, claimed: signatures.map(({ keyid }) => keyid) };
}

function signersAmong(
  payload: Buffer,
  signatures: z.infer<typeof schema>['signatures'],
  trusted: readonly TrustedKey[],
): readonly string[] {
  if (signatures.length === 0) throw unsigned();
  const message = preAuthentication(payload);
  const known = signatures.flatMap(({ keyid, sig }) => {
    const key = trusted.find(({ id }) => id === keyid);
    return key === undefined ? [] : [{ key, sig: Buffer.from(sig, 'base64') }];
  });
  if (known.length === 0)
    throw notBelieved(
      `it is signed by ${signatures.map(({ keyid }) => keyid).join(', ')}, which is not trusted here`,
    );
  // One that is wrong was tampered with, whatever another one says.
  const wrong = known.find(({ key, sig }) => !verify(null, message, key.key, sig));
  if (wrong !== undefined) throw notBelieved(`that of ${wrong.key.id} is wrong`);
  return known.map(({ key }) => key.id);
}

/** What DSSE signs, so that no signature means anything for another type. */
function preAuthentication(payload: Buffer): Buffer {
  const head = `DSSEv1 ${String(payloadType.length)} ${payloadType} ${String(payload.length)} `;
  return Buffer.concat([Buffer.from(head), payload]);
}
