import { generateKeyPairSync } from 'node:crypto';

import { openHttpServer } from './http-server.js';
import { defaultLimits } from './limits.js';

const key = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' });
const text = Buffer.from('no certificate\n');

it.each([
  ['that is no PEM', text, text],
  ['of which only the key is one', text, Buffer.from(key)],
])('refuses a certificate %s', (_, cert, privateKey) => {
  const open = () =>
    openHttpServer(() => undefined, { limits: defaultLimits, tls: { cert, key: privateKey } });
  expect(open).toThrow(expect.objectContaining({ code: 'ERR_ML_SERVER_CONFIG' }) as Error);
});
