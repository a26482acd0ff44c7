// node tools/pictures/status.mjs: draws the guide's pictures of the cache server's status page in Debian's Chromium (CHROMIUM names
// another), of a real server after two jobs of a main branch and one of a pull request have run the quickstart against it.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execFileSync } from 'node:child_process';

import { chromium } from 'playwright-core';

import { build, ensureInstalled, repo } from '../lib/set-up.mjs';

ensureInstalled();
build();
const { WorkspaceRig } = createRequire(import.meta.url)('../../packages/testing/dist/index.js');
const main = join(repo, 'packages/server/dist/cli/main.js');

const folder = mkdtempSync(join(tmpdir(), 'nx-ml-picture-'));
mkdirSync(join(folder, 'storage'));
const env = { PATH: process.env.PATH, NX_ML_SERVER_STATE: join(folder, 'state') };
const quotas = ['--quota=50MB', '--store-quota=200MB', '--store-scope-quota=50MB'];
const server = spawn(
  process.execPath,
  [main, 'serve', '--storage', join(folder, 'storage'), '--listen=127.0.0.1:0', ...quotas],
  { cwd: folder, env, stdio: ['ignore', 'ignore', 'pipe'] },
);
try {
  const address = await listening(server);
  await work(address);
  await photograph(address);
} finally {
  const ended = new Promise((resolve) => server.once('exit', resolve));
  server.kill('SIGTERM');
  await ended;
  rmSync(folder, { recursive: true });
}

function listening({ stderr }) {
  return new Promise((resolve, reject) => {
    let said = '';
    stderr.on('data', (bytes) => {
      said += bytes;
      const address = /listens on (http:\S+)/.exec(said)?.[1];
      if (address !== undefined) resolve(address);
    });
    stderr.on('end', () => reject(new Error(said)));
  });
}

function mint(scope) {
  const args = [main, 'token', 'mint', '--scope', scope, '--mode', 'read-write', '--json'];
  return JSON.parse(execFileSync(process.execPath, args, { cwd: folder, env, encoding: 'utf8' })).token;
}

/** Two jobs of the main branch, each in a clone and a home of its own, and one of a pull request that changes a parameter. */
async function work(address) {
  const rig = await WorkspaceRig.create({ from: join(repo, 'examples/quickstart') });
  try {
    rig.commitAll('Start');
    const [main, pull] = [mint('protected'), mint('pr-17')];
    await job(rig, 'first', { address, token: main });
    await job(rig, 'second', { address, token: main });
    await job(rig, 'pull', { address, token: pull }, (root) =>
      execFileSync('sed', [
        '-i',
        's/vocabulary: .*/vocabulary: 1500/',
        join(root, 'models/spam-filter/ml.yaml'),
      ]),
    );
  } finally {
    await rig.dispose();
  }
}

async function job(rig, name, { address, token }, change) {
  const root = join(rig.home, name);
  rig.git('clone', '--quiet', `file://${rig.root}`, root);
  symlinkSync(join(rig.root, 'node_modules'), join(root, 'node_modules'));
  change?.(root);
  const variables = {
    HOME: mkdtempSync(join(folder, 'home-')),
    NX_ML_STORE: join(folder, `store-${name}`),
    NX_ML_REMOTE: address,
    NX_ML_TOKEN: token,
    NX_SELF_HOSTED_REMOTE_CACHE_SERVER: address,
    NX_SELF_HOSTED_REMOTE_CACHE_ACCESS_TOKEN: token,
  };
  const options = { cwd: root, env: variables };
  await must(rig.nx(['run-many', '-t', 'evaluate'], options));
  await must(rig.cli(['store', 'push'], options));
}

async function must(running) {
  const { code, output } = await running;
  if (code !== 0) throw new Error(output);
}

async function photograph(address) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
  try {
    for (const colorScheme of ['light', 'dark']) {
      const context = { colorScheme, viewport: { width: 1080, height: 700 }, javaScriptEnabled: false };
      const page = await browser.newPage({ ...context, deviceScaleFactor: 2 });
      const asked = [];
      page.on('request', (request) => asked.push(request.url()));
      page.on('console', (message) => {
        throw new Error(message.text());
      });
      await page.goto(address);
      if (asked.some((url) => !url.startsWith(address)))
        throw new Error(`asked elsewhere: ${asked.join(' ')}`);
      const path = join(repo, `docs/pictures/status-${colorScheme}.png`);
      await page.screenshot({ path, fullPage: true });
    }
  } finally {
    await browser.close();
  }
}
