import { MlError } from '../kernel/index.js';

export interface FolderAddress {
  readonly kind: 'folder';
  /** Absolute. */
  readonly path: string;
}

export interface S3Address {
  readonly kind: 's3';
  readonly bucket: string;
  /** `a/b`, or empty; never with a slash at either end. */
  readonly prefix: string;
  /** `https://host[:port]`, for servers that are not Amazon's. */
  readonly endpoint: string | undefined;
  readonly region: string | undefined;
}

/** A server of ours: docs/design/cache.md, "The store over HTTP". */
export interface HttpAddress {
  readonly kind: 'http';
  /** `https://host[:port]`; `http://` on this machine alone. */
  readonly origin: string;
  /** What the server is mounted below: `/a/b`, or empty. */
  readonly path: string;
}

export type RemoteAddress = FolderAddress | S3Address | HttpAddress;

/**
 * Reads where a remote is: an absolute folder, `file:///folder`, `s3://bucket/prefix?endpoint=https://host&region=name`, or
 * `https://host[:port][/path]`.
 *
 * @throws MlError ERR_ML_REMOTE_ADDRESS; its message repeats nothing that could be a credential.
 */
export function parseRemoteAddress(text: string): RemoteAddress {
  if (text.includes('\0')) throw invalid('It holds a NUL.');
  if (text.startsWith('/')) return { kind: 'folder', path: text };
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined)
    throw invalid('It is neither an absolute folder nor begins with https://, s3:// or file://.');
  const rest = text.slice(scheme.length + '://'.length);
  if (scheme === 's3') return parseS3(rest);
  if (scheme === 'file') return { kind: 'folder', path: parseFileUrl(rest) };
  if (scheme === 'https' || scheme === 'http') return parseHttp(scheme, rest);
  throw invalid(`${scheme}:// is not supported.`);
}

/** For messages: the address without its options. */
export function placeOf(address: RemoteAddress): string {
  if (address.kind === 'folder') return address.path;
  if (address.kind === 'http') return `${address.origin}${address.path}`;
  return `s3://${[address.bucket, address.prefix].filter((part) => part !== '').join('/')}`;
}

function parseFileUrl(rest: string): string {
  const path = /^(?:localhost)?(\/.*)$/.exec(rest)?.[1];
  if (path === undefined)
    throw invalid('file:// needs three slashes and an absolute folder: file:///mnt/models.');
  if (/[?#]/.test(path)) throw invalid('file:// takes no options; write ? and # as %3F and %23.');
  try {
    const decoded = decodeURIComponent(path);
    if (!decoded.includes('\0')) return decoded;
  } catch {
    // Told below.
  }
  throw invalid('It has a % that does not begin an encoded character.');
}

function parseHttp(scheme: 'http' | 'https', rest: string): HttpAddress {
  const [, authority = '', path = ''] = /^([^/?#]*)([^?#]*)/.exec(rest) ?? [];
  if (rest.includes('@')) throw withCredentials('the token comes from NX_ML_TOKEN, never from the address.');
  if (/[?#]/.test(rest)) throw invalid(`${scheme}:// takes no options.`);
  const text = `${scheme}://${authority}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^[^\s\\%]+$/.test(authority)) throw invalid('It has no host that can be read.');
  if (scheme === 'http' && !isLoopback(url.hostname)) throw unprotected();
  return { kind: 'http', origin: url.origin, path: checkMount(path) };
}

/** Names and addresses that never leave this machine. */
function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(host);
}

/** The token and whatever a journal says would be in the open; who reads along could write in our name. */
function unprotected(): MlError {
  return invalid('http:// would send the token in the clear; it is for this machine alone.', {
    fix: 'Write https://, or reach the server over a tunnel that ends on this machine: http://127.0.0.1:port.',
  });
}

function checkMount(path: string): string {
  const mount = path.replace(/\/+$/, '');
  const segments = mount === '' ? [] : mount.slice(1).split('/');
  if (segments.every((segment) => /^[A-Za-z0-9._~-]+$/.test(segment) && !/^\.\.?$/.test(segment)))
    if (mount.length <= 512) return mount;
  throw invalid('The path may have letters, digits, ".", "_", "~", "-" between single slashes, 512 at most.');
}

function parseS3(rest: string): S3Address {
  const [, authority = '', path = '', query = ''] = /^([^/?#]*)([^?#]*)\??([^#]*)$/.exec(rest) ?? [];
  refuseCredentials(rest);
  if (rest.includes('#')) throw invalid('A # has no meaning in it.');
  return { kind: 's3', bucket: checkBucket(authority), prefix: checkPrefix(path), ...parseOptions(query) };
}

/** `s3://KEY:SECRET@bucket` would stand in nx.json, in shells' histories, in logs. */
function refuseCredentials(rest: string): void {
  const beforePath = rest.split(/[/?#]/, 1)[0] ?? '';
  if (rest.includes('@') || beforePath.includes(':'))
    throw withCredentials(
      'credentials come from AWS_PROFILE, AWS_ACCESS_KEY_ID and the like, never from the address.',
    );
}

function withCredentials(where: string): MlError {
  return invalid('It holds a user or a password.', { fix: `Take them out; ${where}` });
}

function checkBucket(bucket: string): string {
  if (/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket) && !bucket.includes('..')) return bucket;
  throw invalid(
    `${JSON.stringify(bucket)} cannot be a bucket's name: 3 to 63 lower-case letters, digits, dots and hyphens.`,
  );
}

function checkPrefix(path: string): string {
  const prefix = path.replace(/^\/|\/$/g, '');
  const segments = prefix === '' ? [] : prefix.split('/');
  if (segments.every((segment) => /^[A-Za-z0-9._-]+$/.test(segment) && !/^\.\.?$/.test(segment)))
    if (prefix.length <= 512) return prefix;
  throw invalid(
    'The folder within the bucket may have letters, digits, ".", "_", "-" between single slashes, 512 at most.',
  );
}

function parseOptions(query: string): Pick<S3Address, 'endpoint' | 'region'> {
  const options = new URLSearchParams(query);
  for (const name of options.keys()) {
    if (name !== 'endpoint' && name !== 'region')
      throw invalid(
        /^[a-zA-Z-]{1,20}$/.test(name)
          ? `${name} is not an option; there are endpoint and region.`
          : 'It has an option that is not known; there are endpoint and region.',
      );
    if (options.getAll(name).length > 1) throw invalid(`${name} stands twice.`);
  }
  const [endpoint, region] = [options.get('endpoint') ?? undefined, options.get('region') ?? undefined];
  return {
    endpoint: endpoint === undefined ? undefined : checkEndpoint(endpoint),
    region: region === undefined ? undefined : checkRegion(region),
  };
}

/**
 * @returns scheme, host and port, such as `https://minio.example.org:9000`.
 * @throws MlError ERR_ML_REMOTE_ADDRESS
 */
export function checkEndpoint(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw invalid('endpoint is not an http(s) address.');
  if (url.username !== '' || url.password !== '') throw invalid('endpoint holds a user or a password.');
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '')
    throw invalid('endpoint may have a host and a port, and nothing behind them.');
  return url.origin;
}

/** @throws MlError ERR_ML_REMOTE_ADDRESS */
export function checkRegion(text: string): string {
  if (/^[A-Za-z0-9-]{1,40}$/.test(text)) return text;
  throw invalid('region may have letters, digits and hyphens, 40 at most.');
}

function invalid(reason: string, { fix }: { readonly fix?: string } = {}): MlError {
  return new MlError('ERR_ML_REMOTE_ADDRESS', {
    message: `The address of the remote (NX_ML_REMOTE, or remote in nx.json) cannot be used. ${reason}`,
    fix:
      fix ??
      'Write /folder, file:///folder, s3://bucket/prefix?endpoint=https://host&region=name, or https://host.',
  });
}
