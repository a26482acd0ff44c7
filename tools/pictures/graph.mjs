// Takes the README's picture: the real page of `nx graph` over the demo's workspace, in Debian's Chromium.
// Run `npm run demo` first. CHROMIUM names another browser.
import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { chromium } from 'playwright-core';

const workspace = join(tmpdir(), 'nx-ml-demo/workspace');
const port = 4299;
const url = `http://127.0.0.1:${port}/projects`;
const nx = spawn('npx', ['nx', 'graph', '--open=false', `--port=${port}`, '--host=127.0.0.1'], {
  cwd: workspace,
  env: { ...process.env, NX_DAEMON: 'false' },
  stdio: 'ignore',
  detached: true,
});

try {
  await answering(url);
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
  const page = await browser.newPage({ viewport: { width: 1200, height: 640 } });
  await page.goto(url, { waitUntil: 'domcontentloaded' });
  await page.locator('button[title^="Choose how projects are displayed"]').click();
  await page.getByText('Flat', { exact: true }).click();
  await page.locator('button[title^="Choose how projects are displayed"]').click(); // closes the menu
  await page.waitForTimeout(2500); // the layout is animated
  await page.screenshot({ path: fileURLToPath(new URL('../../docs/pictures/graph.png', import.meta.url)) });
  await browser.close();
} finally {
  process.kill(-nx.pid);
}

async function answering(address) {
  for (let attempt = 0; attempt < 60; attempt += 1) {
    if (
      await fetch(address).then(
        (answer) => answer.ok,
        () => false,
      )
    )
      return;
    await new Promise((done) => setTimeout(done, 500));
  }
  throw new Error(`${address} does not answer`);
}
