import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { gatewayProgram } from './gateway-program.js';

it('is that of the workspace, or it is told how to have one', () => {
  const root = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), 'nx-ml-serve-')));
  try {
    expect(() => gatewayProgram(root)).toThrow(
      expect.objectContaining({
        code: 'ERR_ML_SERVER_ABSENT',
        fix: expect.stringContaining('npm install --save-dev @nx-ml/server') as string,
      }) as Error,
    );
    const folder = join(root, 'node_modules/@nx-ml/server');
    fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(join(folder, 'package.json'), '{"bin":{"nx-ml-server":"./dist/main.js"}}');
    expect(gatewayProgram(root)).toBe(join(folder, 'dist/main.js'));
  } finally {
    fs.rmSync(root, { recursive: true });
  }
});
