import { openFolderStore } from '@nx-ml/core/adapters/store-fs';
import { isMlError, MlError } from '@nx-ml/core/kernel';
import { RemoteJournal } from '@nx-ml/core/remote';
import { monthsUpTo, parsePrices } from '@nx-ml/core/savings';
import { RunStore } from '@nx-ml/core/usecases/records';
import type { Stores } from '@nx-ml/core/usecases/records';
import { copySavings, SavingsLedger, tellSavings } from '@nx-ml/core/usecases/savings';

import { withAskedRemote } from '../ask-remote.js';
import { openRemote } from '../open-remote.js';
import { pluginOptions, readNxJson } from '../plugin-options.js';
import { remoteAddress } from '../remote-at-hand.js';
import { savingsJson, savingsText } from '../report/savings-text.js';
import { countText } from '../report/quantities.js';
import { storeFolder } from '../store-folder.js';
import { systemClock } from '../system-clock.js';
import { workspaceId } from '../workspace/workspace-id.js';
import { parseOptions, usageError } from './command.js';
import type { CliCommand } from './command.js';
import { findWorkspaceRoot } from './workspace-root.js';

const help = `nx-ml savings [--month YYYY-MM] [--push] [--json]

Tells the hours that the caches saved, by month and by model; with prices in nx.json, what they are worth. Counted are runs
that Nx's caches or the store gave to a workspace that did not stand at them, each by what it took when it ran. What lay there
already is not counted.

  --month   that month alone, in UTC; default: those of the last twelve that have any
  --push    first send to the remote what this machine has counted: the last thing that a job in CI does
  --json    one JSON document

Prices stand in the plugin's options: "prices": { "hour": 0.1, "gpu": 2.5, "currency": "EUR" }.

Examples
  nx-ml savings
  nx-ml savings --month 2026-11 --json
  nx-ml savings --push
`;

const options = { month: { type: 'string' }, push: { type: 'boolean' }, json: { type: 'boolean' } } as const;
const told = 12;

export const savings: CliCommand = {
  help,
  async run(args, io) {
    const { values, positionals } = parseOptions(args, options, help);
    if (positionals.length > 0) throw usageError(`nx-ml savings takes no "${positionals[0] ?? ''}"`, help);
    const months = monthsAsked(values['month']);
    const root = findWorkspaceRoot(io.cwd);
    const nxJson = await readNxJson(root);
    const prices = parsePrices(pluginOptions(nxJson)?.prices);
    const store = storeFolder(process.env);
    const stores = await openFolderStore({ root: store });
    const own = new SavingsLedger(stores.journals, workspaceId(root, nxJson));
    const address = remoteAddress(nxJson, process.env);
    const asked = { address, store, id: workspaceId(root, nxJson) };
    const there = await remoteLedger(asked, { stores, months, mustAnswer: values['push'] === true });
    const runs = new RunStore(there.stores);
    if (values['push'] === true && there.ledger !== undefined) {
      const sent = await copySavings(months, { from: own, to: there.ledger, runs });
      process.stderr.write(`sent ${countText(sent, 'entry', 'entries')} to the remote\n`);
    }
    const ledgers = there.ledger === undefined ? [own] : [own, there.ledger];
    const saved = await tellSavings(months, { ledgers, runs });
    const context = { prices, missing: there.missing };
    io.write(
      values['json'] === true
        ? `${JSON.stringify(savingsJson(saved, context))}\n`
        : savingsText(saved, context),
    );
    return 0;
  },
};

function monthsAsked(text: string | boolean | undefined): readonly string[] {
  if (text === undefined) return monthsUpTo(systemClock.now(), told);
  if (typeof text === 'string' && /^\d{4}-(?:0[1-9]|1[0-2])$/.test(text)) return [text];
  throw usageError(`--month takes a month such as 2026-11, not "${String(text)}"`, help);
}

interface RemoteAsked {
  readonly address: string | undefined;
  /** Absolute folder of the store on this machine. */
  readonly store: string;
  /** Of the workspace. */
  readonly id: string;
}

interface RemoteSavings {
  readonly ledger: SavingsLedger | undefined;
  /** With what the remote has as well. */
  readonly stores: Stores;
  /** Why what other machines counted is not told. */
  readonly missing: string | undefined;
}

/** What other machines counted. Whoever only asks goes on without it. @throws MlError where it must answer and does not */
async function remoteLedger(
  { address, store, id }: RemoteAsked,
  {
    stores,
    months,
    mustAnswer,
  }: { readonly stores: Stores; readonly months: readonly string[]; readonly mustAnswer: boolean },
): Promise<RemoteSavings> {
  if (address === undefined) {
    if (mustAnswer) throw noRemote();
    return { ledger: undefined, stores, missing: undefined };
  }
  try {
    const remote = await openRemote(address, store, process.env);
    if (mustAnswer) await remote.prepare();
    const ledger = new SavingsLedger(new RemoteJournal(remote.blobs), id);
    const isThere = await remote.isThere();
    if (isThere) await ledger.read(months[0] ?? '');
    const asked = withAskedRemote(stores, { address, variables: process.env, store });
    return { ledger: isThere ? ledger : undefined, stores: asked.stores, missing: undefined };
  } catch (error) {
    if (mustAnswer || !isMlError(error)) throw error;
    return { ledger: undefined, stores, missing: `Without what other machines counted: ${error.message}` };
  }
}

function noRemote(): MlError {
  return new MlError('ERR_ML_USAGE', {
    message: 'This workspace has no remote to send savings to',
    fix: 'Name one: NX_ML_REMOTE, or "remote" in the options of nx-ml in nx.json.',
  });
}
