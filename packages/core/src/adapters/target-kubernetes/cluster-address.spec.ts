import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { readClusterAddress } from './cluster-address.js';

describe('readClusterAddress', () => {
  let folder: string;
  beforeEach(() => {
    folder = fs.mkdtempSync(join(tmpdir(), 'nx-ml-kubeconfig-'));
  });
  afterEach(() => {
    fs.rmSync(folder, { recursive: true, force: true });
  });

  function address(cluster: string, user: string, context?: string) {
    const file = join(folder, 'config');
    fs.writeFileSync(
      file,
      `current-context: here\ncontexts:\n- { name: here, context: { cluster: c, user: u, namespace: ml } }\nclusters:\n- { name: c, cluster: ${cluster} }\nusers:\n- { name: u, user: ${user} }\n`,
    );
    return readClusterAddress({ KUBECONFIG: file }, context);
  }

  it('reads the server, its authority and the token, beside the file or in it', () => {
    fs.writeFileSync(join(folder, 'token'), 'secret\n');
    const data = Buffer.from('an authority').toString('base64');
    expect(
      address(`{ server: "https://k", certificate-authority-data: ${data} }`, '{ tokenFile: token }'),
    ).toMatchObject({ server: 'https://k', ca: 'an authority', token: 'secret', namespace: 'ml' });
  });

  it.each([
    ['a program for credentials', '{ server: "https://k" }', '{ exec: { command: aws } }', /program/],
    ['no verification', '{ server: "https://k", insecure-skip-tls-verify: true }', '{}', /verified/],
    ['no server', '{}', '{}', /no kubeconfig/],
    ['an authority that is gone', '{ server: "https://k", certificate-authority: ca }', '{}', /read/],
  ])('refuses %s', (_, cluster, user, message) => {
    expect(() => address(cluster, user)).toThrow(message);
  });

  it('names a context that is not there', () => {
    expect(() => address('{ server: "https://k" }', '{}', 'there')).toThrow(/no context "there"/);
  });
});
