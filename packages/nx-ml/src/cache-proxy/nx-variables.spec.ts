import { nxVariables } from './nx-variables.js';

const proxy = { address: 'http://127.0.0.1:4711', token: 'secret' };

it('leads Nx to the proxy, and past a proxy of the company', () => {
  expect(nxVariables(proxy, { NO_PROXY: 'a.example.org, .b', no_proxy: '.b' })).toEqual({
    NX_SELF_HOSTED_REMOTE_CACHE_SERVER: 'http://127.0.0.1:4711',
    NX_SELF_HOSTED_REMOTE_CACHE_ACCESS_TOKEN: 'secret',
    NO_PROXY: 'a.example.org,.b,127.0.0.1',
    no_proxy: 'a.example.org,.b,127.0.0.1',
  });
  expect(nxVariables(proxy, {}).NO_PROXY).toBe('127.0.0.1');
});
