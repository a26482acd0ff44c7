import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { deploy } from '../cli/deploy/deploy.js';
import { rollback } from '../cli/deploy/rollback.js';
import { serve } from '../cli/deploy/serve.js';
import { tune } from '../cli/tune/tune.js';
import { commandArgs } from './command-args.js';

describe('commandArgs', () => {
  it('are those of the command', () => {
    expect(commandArgs('mail-api', { dryRun: true, json: false, again: 'a reason', env: undefined })).toEqual(
      ['mail-api', '--dry-run', '--again=a reason'],
    );
    expect(commandArgs('mail-api', { to: '-x', drill: true, trials: 7 })).toEqual([
      'mail-api',
      '--to=-x',
      '--drill',
      '--trials=7',
    ]);
  });

  it.each([
    ['service', [deploy, rollback, serve], ['verb']],
    ['tune', [tune], []],
  ] as const)('have an option of Nx for each that a command tells of: %s', (name, commands, own) => {
    const { properties } = JSON.parse(
      readFileSync(join(__dirname, `../../schemas/${name}.json`), 'utf8'),
    ) as { properties: Record<string, unknown> };
    const told = commands.flatMap(({ help }) => help.match(/^ {2}--[a-z-]+/gm) ?? []);
    const options = told.map((option) =>
      option
        .trim()
        .slice(2)
        .replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase()),
    );
    expect(new Set([...options, ...own])).toEqual(new Set(Object.keys(properties)));
  });
});
