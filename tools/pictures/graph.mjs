// node tools/pictures/graph.mjs: draws the README's picture, the graph of the quickstart as Nx has it, in Debian's
// Chromium (CHROMIUM names another). Beside it stay the edges that it shows: e2e/src/quickstart.spec.ts holds them true.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { chromium } from 'playwright-core';

import { build, ensureInstalled, repo } from '../lib/set-up.mjs';
import { graphPage } from './graph-page.mjs';

ensureInstalled();
build();
const { WorkspaceRig } = createRequire(import.meta.url)('../../packages/testing/dist/index.js');

const graph = await quickstartGraph();
const lines = Object.entries(graph).map(([name, { targets }]) => `  "${name}": ${list(targets)}`);
writeFileSync(picture('graph.json'), `{\n${lines.join(',\n')}\n}\n`);
await photograph(graphPage(graph), picture('graph.png'));

/** By project, in the order of their names: its tags and the projects that it depends on. */
async function quickstartGraph() {
  const rig = await WorkspaceRig.create({ from: join(repo, 'examples/quickstart') });
  try {
    const { code, output } = await rig.nx(['graph', '--file=graph.json']);
    if (code !== 0) throw new Error(output);
    const { nodes, dependencies } = JSON.parse(readFileSync(join(rig.root, 'graph.json'), 'utf8')).graph;
    const names = Object.keys(nodes).sort();
    return Object.fromEntries(
      names.map((name) => [
        name,
        { tags: nodes[name].data.tags ?? [], targets: dependencies[name].map(({ target }) => target).sort() },
      ]),
    );
  } finally {
    await rig.dispose();
  }
}

async function photograph(html, path) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
  try {
    const page = await browser.newPage({ deviceScaleFactor: 2 });
    await page.setContent(html);
    const clipped = await page.evaluate(clippedTexts);
    if (clipped.length > 0) throw new Error(`too long for its place: ${clipped.join(', ')}`);
    await page.locator('svg').screenshot({ path });
  } finally {
    await browser.close();
  }
}

/* global document */
/** Texts that leave their box or the picture. Runs in the page. */
function clippedTexts() {
  const picture = document.querySelector('svg').getBoundingClientRect();
  return [...document.querySelectorAll('text')]
    .filter((text) => {
      const room = text.parentElement.querySelector('rect')?.getBoundingClientRect() ?? picture;
      const { left, right, top, bottom } = text.getBoundingClientRect();
      return left < room.left || right > room.right || top < room.top || bottom > room.bottom;
    })
    .map((text) => text.textContent);
}

function list(names) {
  return `[${names.map((name) => `"${name}"`).join(', ')}]`;
}

function picture(name) {
  return fileURLToPath(new URL(`../../docs/pictures/${name}`, import.meta.url));
}
