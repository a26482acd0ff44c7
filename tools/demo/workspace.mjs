// The quickstart as a new user has it: from packed tarballs, in a folder of its own, and commands that run there.
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { must, repo } from '../lib/set-up.mjs';

const { firstDigitReader, packTarballs, startCommand } = createRequire(import.meta.url)(
  '../../packages/testing/dist/index.js',
);

const demo = join(tmpdir(), 'nx-ml-demo');
export const workspace = join(demo, 'workspace');
export const env = {
  ...process.env,
  NX_DAEMON: 'false',
  NX_TUI: 'false',
  NX_CACHE_DIRECTORY: join(demo, 'nx-cache'),
  NX_ML_STORE: join(demo, 'store'),
};
export const models = () => readdirSync(join(workspace, 'models'));
export const services = () => readdirSync(join(workspace, 'services'));

/** @param keepCaches whether trained models of an earlier demo stay. @returns the ports of the gateway, for users and for whoever deploys. */
export async function setUp(keepCaches) {
  rmSync(keepCaches ? workspace : demo, { recursive: true, force: true });
  mkdirSync(demo, { recursive: true });
  cpSync(join(repo, 'examples/quickstart'), workspace, {
    recursive: true,
    filter: (path) => !/\/(node_modules|\.nx|\.nx-ml)$/.test(path),
  });
  usePacked(await packTarballs());
  // A first version that can be bettered.
  apply(firstDigitReader);
  const ports = { serving: await freePort(), admin: await freePort() };
  // Somebody may have a gateway at the usual port.
  for (const name of services()) replaceIn(`services/${name}/ml.yaml`, ':9321', `:${ports.admin}`);
  console.log(`Setting up the quickstart in ${workspace}`);
  must('npm', ['install', '--silent', '--prefer-offline', '--no-audit', '--no-fund'], { cwd: workspace });
  git('init', '--quiet', '--initial-branch=main');
  git('config', 'user.name', 'demo');
  git('config', 'user.email', 'demo@localhost');
  git('add', '--all');
  git('commit', '--quiet', '-m', 'The quickstart');
  return ports;
}

/** Until the packages are published, they come from tarballs, and core from beside the plugin. */
function usePacked(tarballs) {
  const path = join(workspace, 'package.json');
  const manifest = JSON.parse(readFileSync(path, 'utf8'));
  for (const name of ['nx-ml', '@nx-ml/server'])
    if (manifest.devDependencies?.[name]) manifest.devDependencies[name] = `file:${tarballs[name]}`;
  manifest.dependencies = { ...manifest.dependencies, '@nx-ml/core': `file:${tarballs['@nx-ml/core']}` };
  writeFileSync(path, `${JSON.stringify(manifest, undefined, 2)}\n`);
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export function git(...args) {
  must('git', args, { cwd: workspace });
}

/** Starts a program that the workspace has installed. */
export function start(program, args) {
  return startCommand(join(workspace, 'node_modules/.bin', program), args, { cwd: workspace, env });
}

/** Runs Nx to its end. @returns its output. @throws Error with it where Nx fails and that is not expected */
export async function nx(args, { mayFail = false } = {}) {
  const { code, output } = await start('nx', [...args, '--output-style=static']).ended;
  if (code !== 0 && !mayFail)
    throw new Error(`nx ${args.join(' ')} ended with exit code ${code}:\n${output}`);
  return output;
}

export function nxMl(args) {
  return start('nx-ml', args).ended;
}

/** Shows a command and what it says. @returns its exit code and output. */
export async function show(args, note = '') {
  const ended = await nxMl(args);
  console.log(`\n$ npx nx-ml ${args.join(' ')}${note}\n${indented(ended.output)}\n`);
  return ended;
}

export function indented(text) {
  return text.replaceAll(/^(?=.)/gm, '  ').trimEnd();
}

export function apply({ file, from, to }) {
  replaceIn(file, from, to);
}

/** @param path within the workspace */
export function replaceIn(path, from, to) {
  const full = join(workspace, path);
  const before = readFileSync(full, 'utf8');
  const after = before.replace(from, to);
  if (after === before) throw new Error(`${path} has nothing like ${from}`);
  writeFileSync(full, after);
}
