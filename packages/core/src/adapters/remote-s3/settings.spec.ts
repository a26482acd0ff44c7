import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { parseRemoteAddress } from '../../remote/index.js';
import type { S3Address } from '../../remote/index.js';
import { resolveSettings } from './settings.js';
import { useKeys } from './testing/keys.js';

describe('where requests to a bucket go', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'nx-ml-aws-'));
    useKeys({ accessKeyId: 'AKIA', secretAccessKey: 'secret' });
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const urlOf = async (address: string): Promise<string> => {
    const { origin, root, keyPrefix } = await resolveSettings(parseRemoteAddress(address) as S3Address);
    return `${origin.origin}${root}${keyPrefix}`;
  };
  const config = (text: string): void => {
    const path = join(folder, 'config');
    writeFileSync(path, text);
    process.env['AWS_CONFIG_FILE'] = path;
  };

  it.each([
    ['s3://models/a', 'https://models.s3.us-east-1.amazonaws.com/a/'],
    ['s3://models?region=eu-west-1', 'https://models.s3.eu-west-1.amazonaws.com/'],
    ['s3://models?region=cn-north-1', 'https://models.s3.cn-north-1.amazonaws.com.cn/'],
    // Its certificate would not cover a name with dots.
    ['s3://my.models/a', 'https://s3.us-east-1.amazonaws.com/my.models/a/'],
    ['s3://models/a/b?endpoint=http://127.0.0.1:9000', 'http://127.0.0.1:9000/models/a/b/'],
  ])('%s: %s', async (address, url) => {
    expect(await urlOf(address)).toBe(url);
  });

  it('takes from the environment what the address leaves open, and not more', async () => {
    Object.assign(process.env, { AWS_REGION: 'eu-west-3', AWS_ENDPOINT_URL: 'https://minio.example.org' });
    expect(await urlOf('s3://models')).toBe('https://minio.example.org/models/');
    expect(await urlOf('s3://models?endpoint=https://other.example.org')).toBe(
      'https://other.example.org/models/',
    );
    process.env['AWS_ENDPOINT_URL'] = '';
    expect(await urlOf('s3://models')).toBe('https://models.s3.eu-west-3.amazonaws.com/');
    expect(await urlOf('s3://models?region=eu-west-1')).toBe('https://models.s3.eu-west-1.amazonaws.com/');
  });

  it('takes from the profile what neither of them says', async () => {
    config(
      '[default]\nregion = eu-north-1\n[profile lab]\nregion = lab-1\nendpoint_url = http://lab.example.org:7480\n',
    );
    expect(await urlOf('s3://models')).toBe('https://models.s3.eu-north-1.amazonaws.com/');
    process.env['AWS_PROFILE'] = 'lab';
    expect(await urlOf('s3://models')).toBe('http://lab.example.org:7480/models/');
    process.env['AWS_DEFAULT_REGION'] = 'us-west-2';
    expect((await resolveSettings(parseRemoteAddress('s3://models') as S3Address)).region).toBe('us-west-2');
  });

  it('refuses an endpoint with credentials, wherever it stands, without repeating them', async () => {
    process.env['AWS_ENDPOINT_URL'] = 'https://user:hidden@minio.example.org';
    await expect(urlOf('s3://models')).rejects.toMatchObject({
      code: 'ERR_ML_REMOTE_ADDRESS',
      message: expect.not.stringContaining('hidden') as string,
    });
  });
});
