import { parseListenAddress } from './listen-address.js';

it.each([
  ['127.0.0.1:9310', { host: '127.0.0.1', port: 9310, isLoopback: true }],
  ['[::1]:0', { host: '::1', port: 0, isLoopback: true }],
  ['localhost:80', { host: 'localhost', port: 80, isLoopback: true }],
  ['0.0.0.0:443', { host: '0.0.0.0', port: 443, isLoopback: false }],
  ['[::]:443', { host: '::', port: 443, isLoopback: false }],
  ['10.0.0.7:443', { host: '10.0.0.7', port: 443, isLoopback: false }],
])('reads %s', (text, address) => {
  expect(parseListenAddress(text)).toEqual(address);
});

it.each([
  '',
  '9310',
  ':9310',
  '127.0.0.1',
  '127.0.0.1:',
  '127.0.0.1:65536',
  '::1:80',
  '[127.0.0.1]:80',
  '127.1:80',
  'a:1',
  '127.evil.org:80',
])('refuses %j', (text) => {
  expect(() => parseListenAddress(text)).toThrow(expect.objectContaining({ code: 'ERR_ML_USAGE' }) as Error);
});
