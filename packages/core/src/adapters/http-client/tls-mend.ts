/** What helps, by OpenSSL's and Node's names for what is wrong with a certificate or with what should speak TLS. */
const mends: readonly (readonly [RegExp, string])[] = [
  [
    /^ERR_TLS_CERT_ALTNAME/,
    'Its certificate is for another name: use an address that it names, or have one made that names this address.',
  ],
  [
    /^CERT_HAS_EXPIRED$/,
    'Ask who runs it to renew its certificate; nx-ml-server reads a renewed one by itself.',
  ],
  [/^CERT_NOT_YET_VALID$/, 'Its certificate begins later than now: look at the clock of this machine.'],
  [
    /^(EPROTO|ERR_SSL)/,
    'What answers there speaks no TLS of today: check the port, and where it is meant to speak none, write http:// in the address.',
  ],
  [
    /^(CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|ERR_TLS)/,
    'If its certificate is your own authority’s, name that in NODE_EXTRA_CA_CERTS: a PEM file, read when a process starts.',
  ],
];

/** The mend for a failure of TLS by its code, for people; undefined where it is none. */
export function tlsMend(code: string): string | undefined {
  return mends.find(([pattern]) => pattern.test(code))?.[1];
}
