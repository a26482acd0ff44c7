import { checkEndpoint, checkRegion, placeOf } from '../../remote/index.js';
import type { S3Address } from '../../remote/index.js';

/** Where requests go and how they name things. */
export interface S3Settings {
  /** For messages. */
  readonly place: string;
  readonly bucket: string;
  /** Scheme, host and port that requests go to; with Amazon's the bucket may be part of the host. */
  readonly origin: URL;
  /** What stands before a key in a request's path: `/` or `/bucket/`. */
  readonly root: string;
  /** What stands before a blob's name in its key: empty, or `a/b/`. */
  readonly keyPrefix: string;
  readonly region: string;
}

/**
 * The address says most; what it leaves open comes from AWS's variables and from the profile in AWS's shared files.
 *
 * @throws MlError ERR_ML_REMOTE_ADDRESS for an endpoint or region that is none.
 */
export async function resolveSettings(address: S3Address): Promise<S3Settings> {
  const profile = await readProfile();
  const set = process.env;
  const region = address.region ?? set['AWS_REGION'] ?? set['AWS_DEFAULT_REGION'] ?? profile['region'];
  const endpoint =
    address.endpoint ?? set['AWS_ENDPOINT_URL_S3'] ?? set['AWS_ENDPOINT_URL'] ?? profile['endpoint_url'];
  return settingsOf({ ...address, endpoint: unlessEmpty(endpoint), region: unlessEmpty(region) });
}

/** @throws MlError ERR_ML_REMOTE_ADDRESS */
function settingsOf(address: S3Address): S3Settings {
  const { bucket, prefix } = address;
  const region = checkRegion(address.region ?? 'us-east-1');
  const common = {
    place: placeOf(address),
    bucket,
    region,
    keyPrefix: prefix === '' ? '' : `${prefix}/`,
  };
  if (address.endpoint !== undefined)
    return { ...common, origin: new URL(checkEndpoint(address.endpoint)), root: `/${bucket}/` };
  const host = `s3.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
  // A dot in the bucket's name would not match the certificate *.s3.<region>.amazonaws.com.
  return bucket.includes('.')
    ? { ...common, origin: new URL(`https://${host}`), root: `/${bucket}/` }
    : { ...common, origin: new URL(`https://${bucket}.${host}`), root: '/' };
}

async function readProfile(): Promise<Record<string, string | undefined>> {
  const { loadSharedConfigFiles } = await import('@smithy/core/config');
  const { configFile, credentialsFile } = await loadSharedConfigFiles();
  const name = process.env['AWS_PROFILE'] ?? 'default';
  return { ...credentialsFile[name], ...configFile[name] };
}

/** A variable that is set to nothing says nothing. */
function unlessEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}
