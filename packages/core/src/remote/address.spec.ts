import fc from 'fast-check';

import { isMlError } from '../kernel/index.js';
import { failureOf } from '../kernel/testing/failure-of.js';
import { checkEndpoint, parseRemoteAddress, placeOf } from './address.js';

const http = { kind: 'http', path: '' };
const s3 = { kind: 's3', bucket: 'models', prefix: '', endpoint: undefined, region: undefined };

describe('parseRemoteAddress', () => {
  it.each([
    ['/mnt/models', { kind: 'folder', path: '/mnt/models' }],
    ['/a folder', { kind: 'folder', path: '/a folder' }],
    ['file:///mnt/models', { kind: 'folder', path: '/mnt/models' }],
    ['file://localhost/mnt/a%20b', { kind: 'folder', path: '/mnt/a b' }],
    ['s3://models', s3],
    ['s3://models/', s3],
    ['S3://models/a/b.c/', { ...s3, prefix: 'a/b.c' }],
    ['s3://models?region=eu-west-1', { ...s3, region: 'eu-west-1' }],
    [
      's3://models/x?endpoint=https://minio.example.org:9000&region=garage',
      { ...s3, prefix: 'x', endpoint: 'https://minio.example.org:9000', region: 'garage' },
    ],
    ['s3://models?endpoint=http%3A%2F%2F127.0.0.1%3A80', { ...s3, endpoint: 'http://127.0.0.1' }],
    ['https://cache.example.org', { ...http, origin: 'https://cache.example.org' }],
    ['HTTPS://Cache.Example.org:443/', { ...http, origin: 'https://cache.example.org' }],
    [
      'https://example.org:8443/ml/cache/',
      { ...http, origin: 'https://example.org:8443', path: '/ml/cache' },
    ],
    ['https://[2001:db8::1]:9310', { ...http, origin: 'https://[2001:db8::1]:9310' }],
    ['http://127.0.0.1:9310', { ...http, origin: 'http://127.0.0.1:9310' }],
    ['http://localhost:9310/x', { ...http, origin: 'http://localhost:9310', path: '/x' }],
    ['http://[::1]:9310', { ...http, origin: 'http://[::1]:9310' }],
  ])('reads %s', (text, expected) => {
    expect(parseRemoteAddress(text)).toEqual(expected);
  });

  it.each([
    ['', 'neither'],
    ['models', 'neither'],
    ['../models', 'neither'],
    ['~/models', 'neither'],
    ['C:\\models', 'neither'],
    ['/a\0b', 'NUL'],
    ['ftp://example.org/models', 'ftp:// is not supported'],
    ['https://', 'no host'],
    ['https:///x', 'no host'],
    ['https://a b', 'no host'],
    ['https://example.org:99999', 'no host'],
    ['https://exam%70le.org', 'no host'],
    ['https://example.org\\@x', 'user or a password'],
    ['https://example.org?a=b', 'no options'],
    ['https://example.org/#a', 'no options'],
    ['https://example.org/a//b', 'single slashes'],
    ['https://example.org/../b', 'single slashes'],
    ['https://example.org/a%2Fb', 'single slashes'],
    ['http://example.org', 'in the clear'],
    ['http://127.0.0.1.example.org', 'in the clear'],
    ['http://localhost.example.org', 'in the clear'],
    ['http://10.0.0.1', 'in the clear'],
    ['http://0.0.0.0', 'in the clear'],
    ['file://host/models', 'three slashes'],
    ['file:///a%zz', '%'],
    ['file:///a%00', '%'],
    ['file:///a?b=c', 'no options'],
    ['s3://', 'bucket'],
    ['s3:///x', 'bucket'],
    ['s3://Models', 'bucket'],
    ['s3://a..b', 'bucket'],
    ['s3://ab', 'bucket'],
    ['s3://models/a//b', 'single slashes'],
    ['s3://models/../b', 'single slashes'],
    ['s3://models/a%2Fb', 'single slashes'],
    [`s3://models/${'x'.repeat(513)}`, '512'],
    ['s3://models#x', '#'],
    ['s3://models?endpoint=ftp://host', 'http(s)'],
    ['s3://models?endpoint=host:9000', 'http(s)'],
    ['s3://models?endpoint=https://host/path', 'nothing behind'],
    ['s3://models?region=a b', 'region'],
    ['s3://models?region=a&region=b', 'twice'],
    ['s3://models?profile=x', 'profile is not an option'],
  ])('refuses %j', (text, reason) => {
    const error = failureOf(() => parseRemoteAddress(text));
    expect(error.code).toBe('ERR_ML_REMOTE_ADDRESS');
    expect(error.message).toContain(reason);
  });

  it.each([
    's3://AKIAEXAMPLE:wJalrSECRET@models/x',
    's3://AKIAEXAMPLE:wJalrSECRET/models',
    's3://wJalrSECRET@models',
    's3://models/x?endpoint=https://user:wJalrSECRET@host',
    's3://models?secret=wJalrSECRET',
    's3://models?wJalr/SECRET',
    'https://user:wJalrSECRET@host/x',
    'https://wJalrSECRET@host',
    'https://host/x?token=wJalrSECRET',
    'http://host/wJalr%SECRET',
    'https://host/wJalr SECRET',
  ])('refuses %s without repeating the secret', (text) => {
    const error = failureOf(() => parseRemoteAddress(text));
    expect(error.code).toBe('ERR_ML_REMOTE_ADDRESS');
    expect(`${error.message} ${error.fix}`).not.toMatch(/SECRET|wJalr|AKIA/);
  });

  it('answers any text with an address or a typed refusal', () => {
    const part = fc.constantFrom(
      's3://',
      'https://',
      'http://',
      'file://',
      'localhost',
      '/',
      '?',
      '&',
      '=',
      '@',
      ':',
      '%',
      'bucket',
      'endpoint',
      '.',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(part, fc.string({ maxLength: 4 }))), (parts) => {
        try {
          expect(placeOf(parseRemoteAddress(parts.join('')))).toMatch(
            /^\/|^s3:\/\/[a-z0-9]|^https?:\/\/[^@?#]+$/,
          );
        } catch (error) {
          if (!isMlError(error)) throw error;
          expect(error.code).toBe('ERR_ML_REMOTE_ADDRESS');
        }
      }),
      { numRuns: 2000 },
    );
  });
});

it('names a place without its options', () => {
  expect(placeOf(parseRemoteAddress('s3://models/a/?region=x'))).toBe('s3://models/a');
  expect(placeOf(parseRemoteAddress('s3://models'))).toBe('s3://models');
  expect(placeOf(parseRemoteAddress('file:///a%20b'))).toBe('/a b');
  expect(placeOf(parseRemoteAddress('https://Host/a/'))).toBe('https://host/a');
});

it('takes no credentials in an endpoint', () => {
  const error = failureOf(() => checkEndpoint('https://user:SECRET@host'));
  expect(error.message).not.toContain('SECRET');
});
