// The champions are served, a better one takes over under load, and a bad one is rolled back by what users get.
import { createRequire } from 'node:module';

import { startGateway } from './gateway.mjs';
import { digitRequests, mailRequests } from './served-data.mjs';
import { git, nx, replaceIn, services, show } from './workspace.mjs';

const { startLoad } = createRequire(import.meta.url)('../../packages/testing/dist/index.js');

/** At once: enough to keep two processors busy, and few enough that no answer is late on a machine with other work. */
const clients = 8;

/**
 * Serves the champions of all services.
 *
 * @param ports of the gateway @param meanwhile what becomes of the models while these are served
 */
export async function serveAll(ports, meanwhile) {
  const stop = await startGateway(ports);
  try {
    console.log('\nServed. A gateway on this machine, and to it all services at once:\n');
    console.log('$ npx nx run-many -t deploy\n');
    const told = await nx(['run-many', '-t', 'deploy']);
    const lines = told.split('\n').filter((line) => / serves |✓ .* loads /.test(line));
    console.log(lines.map((line) => `  ${line.trim()}`).join('\n'));
    const missing = services().filter((name) => !told.includes(`${name} in local serves`));
    if (missing.length > 0) throw new Error(`${missing.join(', ')} was not deployed`);
    await meanwhile();
    await deployBetter(ports);
    await deployBad(ports);
    await drill();
  } finally {
    await stop();
  }
}

/** The one that passed its gate, while users ask for digits all the time: none of them notices. */
async function deployBetter(ports) {
  console.log('\nThe digit reader that passed takes over by canary, while its users go on asking.\n');
  console.log('$ npx nx run digit-reader:promote');
  const promoted = /^digit-reader:promote .*$/m.exec(await nx(['run', 'digit-reader:promote']));
  console.log(`  ${promoted?.[0]}`);
  const load = loadOn(ports, 'digits', await digitRequests());
  const { code } = await show(['deploy', 'digit-api'], '   # what nx run digit-api:deploy does');
  const { answered, failed, refused, lost, seconds, byRelease } = await load.stop();
  const sent = number(answered + failed + refused + lost);
  const newest = Object.values(byRelease).at(-1).answered;
  console.log(
    `  ${sent} requests in ${seconds.toFixed(1)} s: ${number(answered)} answered, ${number(newest)} of them by the new one; ${failed} failed, ${refused + lost} lost.`,
  );
  if (code !== 0 || failed + refused + lost > 0) throw new Error('a good release was not deployed unnoticed');
}

const serveCode = 'models/spam-filter/serve.mjs';
const limit =
  "    if (inputs.body.some((text) => text.length > 2000)) throw new Error('a mail is too long');\n";

/** Nothing that is looked at before a release serves knows of it: model, gate, specs and example are as they were. */
async function deployBad(ports) {
  console.log('\nA bad release: somebody spares memory, and refuses mails of more than 2,000 characters.');
  console.log(`The model is the same, its gate has nothing to say, the example is short.  (${serveCode})\n`);
  git('checkout', '--quiet', '--', 'models/spam-filter');
  replaceIn(serveCode, '  return (inputs) => {\n', `  return (inputs) => {\n${limit}`);
  console.log('$ npx nx run spam-filter:promote');
  const promoted = /^spam-filter:promote .*$/m.exec(await nx(['run', 'spam-filter:promote']));
  console.log(`  ${promoted?.[0]}`);
  const load = loadOn(ports, 'spam-filter', await mailRequests());
  const { code, output } = await show(['deploy', 'mail-api']);
  const ended = performance.now();
  const after = await load.stop();
  if (code !== 1 || !output.includes('Rolled back')) throw new Error('a bad release was not rolled back');
  const last = ((ended - after.lastFailure) / 1000).toFixed(1);
  const met = Object.values(after.byRelease).find(({ failed }) => failed > 0) ?? { answered: 0 };
  console.log(
    `  ${number(after.answered + after.failed)} requests, ${number(met.answered + after.failed)} of them met it: ${after.failed} failed, the last ${last} s before this was said; ${after.refused + after.lost} lost.`,
  );
  if (after.refused + after.lost > 0) throw new Error('requests were lost');
  await show(['deploy', 'history', 'mail-api']);
  const again = await show(['deploy', 'mail-api'], '   # again, of its own accord');
  if (again.code === 0 || !again.output.includes('ERR_ML_DEPLOY_REFUSED'))
    throw new Error('a release that was rolled back was deployed again');
}

/** How long going back would take, rehearsed on what serves. */
async function drill() {
  const { code, output } = await show(['rollback', 'digit-api', '--drill']);
  if (code !== 0 || !output.includes('Nothing was changed')) throw new Error('the drill failed');
}

function loadOn({ serving }, model, bodies) {
  return startLoad({ url: `http://127.0.0.1:${serving}/v2/models/${model}/infer`, bodies, clients });
}

const number = (value) => value.toLocaleString('en-US');
