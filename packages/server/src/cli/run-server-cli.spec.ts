import { fakeIo } from './testing/fake-io.js';
import type { ServerCommand } from './command.js';
import { runServerCli } from './run-server-cli.js';

const command = (name: string): ServerCommand => ({
  name,
  summary: `does ${name}`,
  help: `nx-ml-server ${name} [--json]\n`,
  run: (args, io) => {
    io.write(`${name} ran with ${args.join(' ')}`);
    return Promise.resolve(7);
  },
});
const commands = ['serve', 'token mint', 'token list'].map(command);
const usage = (fix: string): Error => expect.objectContaining({ code: 'ERR_ML_USAGE', fix }) as Error;

it.each([[[]], [['--help']], [['help']]])('%j tells the commands', async (args) => {
  const io = fakeIo();
  expect(await runServerCli(args, io, commands)).toBe(0);
  expect(io.written()).toContain('  serve         does serve\n  token mint    does token mint\n');
});

it('tells its version', async () => {
  const io = fakeIo();
  await runServerCli(['--version'], io, commands);
  expect(io.written()).toMatch(/^\d+\.\d+\.\d+\n$/);
});

it('tells the commands of a group', async () => {
  const io = fakeIo();
  expect(await runServerCli(['token'], io, commands)).toBe(0);
  expect(io.written()).toMatch(/^ {2}token mint {4}does token mint\n {2}token list/);
});

it('tells the help of a command, whatever else is asked for', async () => {
  const io = fakeIo();
  expect(await runServerCli(['token', 'mint', '--json', '--help'], io, commands)).toBe(0);
  expect(io.written()).toBe('nx-ml-server token mint [--json]\n');
});

it('runs a command with what stands behind its name, and gives its exit code', async () => {
  const io = fakeIo();
  expect(await runServerCli(['token', 'mint', '--json'], io, commands)).toBe(7);
  expect(io.written()).toBe('token mint ran with --json');
});

it.each([
  [['sevre'], 'nx-ml-server --help lists them.'],
  [['token', 'steal'], 'nx-ml-server token --help lists them.'],
])('refuses %j', async (args, fix) => {
  await expect(runServerCli(args, fakeIo(), commands)).rejects.toEqual(usage(fix));
});

it('runs a command that is the first word of another, and the other', async () => {
  const both = ['gateway', 'gateway token'].map(command);
  const io = fakeIo();
  await runServerCli(['gateway'], io, both);
  await runServerCli(['gateway', 'token', '--json'], io, both);
  await runServerCli(['gateway', '--help'], io, both);
  expect(io.written()).toBe('gateway ran with gateway token ran with --jsonnx-ml-server gateway [--json]\n');
});
