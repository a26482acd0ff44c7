import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { fakeIo } from '../testing/fake-io.js';
import { parseServeOptions } from './serve-options.js';

const packageFolder = join(__dirname, '../../..');
const read = (file: string): string => readFileSync(join(packageFolder, file), 'utf8');

/** `A=1 B=2` of a line that begins so. */
function variables(text: string, start: string): Record<string, string> {
  const line = text.split('\n').find((each) => each.startsWith(start)) ?? '';
  return Object.fromEntries(
    line
      .slice(start.length)
      .trim()
      .split(' ')
      .map((pair) => pair.split('=') as [string, string]),
  );
}

describe('the container file', () => {
  const text = read('deploy/Containerfile');
  const instruction = (name: string): string =>
    text
      .split('\n')
      .filter((line) => line.startsWith(`${name} `))
      .map((line) => line.slice(name.length + 1))
      .at(-1) ?? '';

  it('starts the command of the package, with options that it takes', () => {
    const { bin } = JSON.parse(read('package.json')) as { readonly bin: Readonly<Record<string, string>> };
    const main = bin['nx-ml-server']?.replace(/^\.\//, '');
    expect(JSON.parse(instruction('ENTRYPOINT'))).toEqual([
      'node',
      `/app/node_modules/@nx-ml/server/${main ?? ''}`,
    ]);
    const [command, ...args] = JSON.parse(instruction('CMD')) as string[];
    expect(command).toBe('serve');
    const io = fakeIo({ env: variables(text, 'ENV ') });
    const options = parseServeOptions(args, io, 'usage\n');
    expect(options).toMatchObject({
      listen: { host: '0.0.0.0', port: Number(instruction('EXPOSE')) },
      isBehindProxy: true,
    });
    expect(JSON.parse(instruction('VOLUME'))).toEqual([options.storage, options.state]);
  });

  it('runs it as a user without rights', () => {
    const [install = '', final = ''] = text.split(/^FROM /m).slice(1);
    expect(install).toContain('--ignore-scripts');
    expect(final.indexOf('\nUSER node\n')).toBeGreaterThan(final.lastIndexOf('\nRUN '));
  });
});

describe('the systemd unit', () => {
  const text = read('deploy/nx-ml-server.service');

  it('names variables that the server takes, below the folder that systemd makes for it', () => {
    const env = variables(text, 'Environment=');
    const { storage, state } = parseServeOptions([], fakeIo({ env }), 'usage\n');
    const folders = /^StateDirectory=(.*)$/m
      .exec(text)?.[1]
      ?.split(' ')
      .map((name) => `/var/lib/${name}`);
    expect(folders).toEqual(['/var/lib/nx-ml-server', storage, state]);
  });

  it('waits for longer than the server ends requests, and restarts it whatever happens', () => {
    expect(Number(/^TimeoutStopSec=(\d+)s$/m.exec(text)?.[1])).toBeGreaterThan(30);
    expect(text).toMatch(/^Restart=always$/m);
  });
});
