import fc from 'fast-check';

import { isMlError } from '../kernel/index.js';
import { failureOf } from '../kernel/testing/failure-of.js';
import { checkEndpoint, parseRemoteAddress, placeOf } from './address.js';

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
    ['https://example.org/models', 'https:// is not supported'],
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
  ])('refuses %s without repeating the secret', (text) => {
    const error = failureOf(() => parseRemoteAddress(text));
    expect(error.code).toBe('ERR_ML_REMOTE_ADDRESS');
    expect(`${error.message} ${error.fix}`).not.toMatch(/SECRET|wJalr|AKIA/);
  });

  it('answers any text with an address or a typed refusal', () => {
    const part = fc.constantFrom(
      's3://',
      'file://',
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
          expect(placeOf(parseRemoteAddress(parts.join('')))).toMatch(/^\/|^s3:\/\/[a-z0-9]/);
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
});

it('takes no credentials in an endpoint', () => {
  const error = failureOf(() => checkEndpoint('https://user:SECRET@host'));
  expect(error.message).not.toContain('SECRET');
});
