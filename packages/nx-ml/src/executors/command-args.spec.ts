import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { deploy } from '../../cli/deploy/deploy.js';
import { rollback } from '../../cli/deploy/rollback.js';
import { serve } from '../../cli/deploy/serve.js';
import { serviceArgs } from './service-args.js';

describe('serviceArgs', () => {
  it('are those of the command', () => {
    expect(serviceArgs('mail-api', { verb: 'deploy', dryRun: true, json: false, again: 'a reason' })).toEqual(
      ['mail-api', '--dry-run', '--again=a reason'],
    );
    expect(serviceArgs('mail-api', { verb: 'rollback', to: '-x', drill: true })).toEqual([
      'mail-api',
      '--to=-x',
      '--drill',
    ]);
    expect(serviceArgs('mail-api', { verb: 'serve', port: 8000 })).toEqual(['mail-api', '--port=8000']);
  });

  it('have an option of Nx for each that a command tells of', () => {
    const { properties } = JSON.parse(
      readFileSync(join(__dirname, '../../../schemas/service.json'), 'utf8'),
    ) as { properties: Record<string, unknown> };
    const told = [deploy, rollback, serve].flatMap(({ help }) => help.match(/^ {2}--[a-z-]+/gm) ?? []);
    const options = told.map((option) =>
      option
        .trim()
        .slice(2)
        .replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase()),
    );
    expect(new Set([...options, 'verb'])).toEqual(new Set(Object.keys(properties)));
  });
});
