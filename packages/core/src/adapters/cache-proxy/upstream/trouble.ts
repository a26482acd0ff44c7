import type { NetworkFailure } from '../../../cache-proxy/index.js';

/** The network gave no whole answer. Never leaves this adapter. */
export class UpstreamTrouble extends Error {
  override readonly name = 'UpstreamTrouble';

  constructor(readonly failure: NetworkFailure) {
    super(failure);
  }
}

/** By the system's, Node's or OpenSSL's name for what happened. */
const byCode: readonly (readonly [RegExp, NetworkFailure])[] = [
  [/^(ENOTFOUND|EAI_)/, 'unknown-host'],
  [/^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ENETDOWN|EADDRNOTAVAIL|EACCES|EPERM)$/, 'unreachable'],
  [/^ETIMEDOUT$/, 'silent'],
  [/^(HPE_|ERR_HTTP|EPROTO|ERR_SSL|ERR_STREAM_PREMATURE)/, 'garbage'],
  [/^(CERT_|ERR_TLS|UNABLE_TO_|DEPTH_ZERO|SELF_SIGNED|HOSTNAME_MISMATCH|INVALID_|CRL_)/, 'certificate'],
];

/** Makes of whatever the network threw one of the failures that the domain knows. */
export function troubleOf(error: unknown): UpstreamTrouble {
  if (error instanceof UpstreamTrouble) return error;
  const { code, errors } = error as { code?: unknown; errors?: readonly { code?: unknown }[] };
  const name = String(code ?? errors?.[0]?.code);
  return new UpstreamTrouble(byCode.find(([pattern]) => pattern.test(name))?.[1] ?? 'broken');
}
