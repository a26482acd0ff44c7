import type { CliCommand } from './command.js';

export interface CommandEntry {
  /** One line for the list of commands. */
  readonly summary: string;
  readonly load: () => Promise<CliCommand>;
}

/**
 * All commands by name, in the order in which they are listed. A name that begins with another one stands before it. Each is
 * loaded when it runs: half of the time of a short answer would be the code of the others.
 */
export const commands: Readonly<Record<string, CommandEntry>> = {
  init: {
    summary: 'make this folder an Nx workspace with nx-ml',
    load: async () => (await import('./init.js')).init,
  },
  why: {
    summary: 'tell which file, parameter, package or row makes a step run again',
    load: async () => (await import('./why.js')).why,
  },
  plan: {
    summary: 'tell what would train, how long it takes and what the caches spare',
    load: async () => (await import('./plan.js')).plan,
  },
  base: {
    summary: 'print the commit since which models went on without being accepted',
    load: async () => (await import('./base.js')).base,
  },
  shards: {
    summary: 'deal the models that a change affects out to machines',
    load: async () => (await import('./shards.js')).shards,
  },
  'runs diff': {
    summary: 'put two runs side by side: metrics, parameters, code, data',
    load: async () => (await import('./runs-diff.js')).runsDiff,
  },
  runs: {
    summary: 'list the runs of a model with metrics, parameters, time and commit',
    load: async () => (await import('./runs.js')).runs,
  },
  compare: {
    summary: 'tell by seeds or folds whether one way to train a model is better than another',
    load: async () => (await import('./compare.js')).compare,
  },
  report: {
    summary: 'one document for people: which models changed, by how much, and what their gates said',
    load: async () => (await import('./report.js')).report,
  },
  savings: {
    summary: 'tell the hours, and the money, that the caches saved: by month and by model',
    load: async () => (await import('./savings.js')).savings,
  },
  logs: {
    summary: 'print the log of a step, of this run or of the one it was restored from',
    load: async () => (await import('./logs.js')).logs,
  },
  'tune show': {
    summary: 'list the trials of a model’s study, the best first',
    load: async () => (await import('./tune/show.js')).tuneShow,
  },
  'tune apply': {
    summary: 'write the parameters of a trial to where the model has them',
    load: async () => (await import('./tune/apply.js')).tuneApply,
  },
  tune: {
    summary: 'search the parameters of a model, never running the same trial twice',
    load: async () => (await import('./tune/tune.js')).tune,
  },
  'gate run': {
    summary: 'judge whether models may replace the accepted ones, and say why',
    load: async () => (await import('./gate/run.js')).gateRun,
  },
  'gate show': {
    summary: 'print the last verdict on a model, and what to do about it',
    load: async () => (await import('./gate/show.js')).gateShow,
  },
  'gate plan': {
    summary: 'tell how many examples a comparison needs, before anybody labels them',
    load: async () => (await import('./gate/plan.js')).gatePlan,
  },
  'gate budget': {
    summary: 'tell how much of the test sets is used',
    load: async () => (await import('./gate/budget.js')).gateBudget,
  },
  'gate accept': {
    summary: 'make a model that passed the accepted one',
    load: async () => (await import('./gate/accept.js')).gateAccept,
  },
  'gate override': {
    summary: 'accept a model that did not pass, with a reason',
    load: async () => (await import('./gate/override.js')).gateOverride,
  },
  'gate retire': {
    summary: 'end the use of a test set, for new examples',
    load: async () => (await import('./gate/retire.js')).gateRetire,
  },
  'package show': {
    summary: 'what a bundle holds, how it is served and who signed it',
    load: async () => (await import('./package/show.js')).packageShow,
  },
  'package verify': {
    summary: 'compare every byte of a bundle with its manifest, and its signature',
    load: async () => (await import('./package/verify.js')).packageVerify,
  },
  'package export': {
    summary: 'write a bundle into a folder: an OCI layout, or the Hugging Face Hub’s',
    load: async () => (await import('./package/export.js')).packageExport,
  },
  'package key': {
    summary: 'print the public half of the key that bundles are signed with',
    load: async () => (await import('./package/key.js')).packageKey,
  },
  'registry list': {
    summary: 'which version of each model is champion, since when and why',
    load: async () => (await import('./registry/list.js')).registryList,
  },
  'registry show': {
    summary: 'the versions of a model, or all that is known of one',
    load: async () => (await import('./registry/show.js')).registryShow,
  },
  'registry history': {
    summary: 'all that was ever written about a model',
    load: async () => (await import('./registry/history.js')).registryHistory,
  },
  'registry alias': {
    summary: 'make a name of your own stand for a version',
    load: async () => (await import('./registry/alias.js')).registryAlias,
  },
  'registry rollback': {
    summary: 'make an earlier champion the champion again, with a reason',
    load: async () => (await import('./registry/rollback.js')).registryRollback,
  },
  'registry promote': {
    summary: 'make the packaged model the champion, on its gate’s evidence',
    load: async () => (await import('./registry/promote.js')).registryPromote,
  },
  'registry publish': {
    summary: 'list a version in the registry of MLflow or GitLab',
    load: async () => (await import('./registry/publish.js')).registryPublish,
  },
  'registry verify': {
    summary: 'compare every byte of all versions with what was registered',
    load: async () => (await import('./registry/verify.js')).registryVerify,
  },
  serve: {
    summary: 'try a service out: its packaged models in a gateway on this machine',
    load: async () => (await import('./deploy/serve.js')).serve,
  },
  'deploy history': {
    summary: 'list what was deployed, by whom, and how it ended',
    load: async () => (await import('./deploy/history.js')).deployHistory,
  },
  deploy: {
    summary: 'make an environment serve the champions of a service, by evidence',
    load: async () => (await import('./deploy/deploy.js')).deploy,
  },
  rollback: {
    summary: 'go back to what a service served before, or rehearse that',
    load: async () => (await import('./deploy/rollback.js')).rollback,
  },
  'data add': {
    summary: 'put data into the store and write the pointer that git keeps',
    load: async () => (await import('./data-add.js')).dataAdd,
  },
  'data status': {
    summary: 'what differs between the data here and its pointers',
    load: async () => (await import('./data-status.js')).dataStatus,
  },
  'data diff': {
    summary: 'what became of data between two revisions',
    load: async () => (await import('./data-diff.js')).dataDiff,
  },
  'data log': {
    summary: 'the commits that changed data',
    load: async () => (await import('./data-log.js')).dataLog,
  },
  'data import': {
    summary: 'import data from an address or another repository, its digest pinned',
    load: async () => (await import('./data-import.js')).dataImport,
  },
  'data push': {
    summary: 'send to the remote what the pointers here name',
    load: async () => (await import('./data-push.js')).dataPush,
  },
  'data pull': {
    summary: 'bring what the pointers here name from the remote',
    load: async () => (await import('./data-pull.js')).dataPull,
  },
  'data checkout': {
    summary: 'make the data here what its pointers say, from the store',
    load: async () => (await import('./data-checkout.js')).dataCheckout,
  },
  'data unlock': {
    summary: 'make data writable that is read-only links to the store',
    load: async () => (await import('./data-unlock.js')).dataUnlock,
  },
  'data merge-driver': {
    summary: 'how git merges data that two branches changed',
    load: async () => (await import('./data-merge-driver.js')).dataMergeDriver,
  },
  'store status': {
    summary: 'tell where the store is, what it holds and who uses it',
    load: async () => (await import('./store-status.js')).storeStatus,
  },
  'store du': {
    summary: 'tell which datasets and models take the space of the store',
    load: async () => (await import('./store-du.js')).storeDu,
  },
  'store verify': {
    summary: 'compare every byte of the store or a remote with its name, and tell the mend',
    load: async () => (await import('./store-verify.js')).storeVerify,
  },
  'store gc': {
    summary: 'tell what nothing needs any more, or delete it from the store',
    load: async () => (await import('./store-gc.js')).storeGc,
  },
  'store push': {
    summary: 'send the results of steps to the remote',
    load: async () => (await import('./store-push.js')).storePush,
  },
  'store pull': {
    summary: 'bring the results of steps from the remote',
    load: async () => (await import('./store-pull.js')).storePull,
  },
  'cache-proxy': {
    summary: 'run Nx with a remote cache that cannot fail or poison the run',
    load: async () => (await import('./cache-proxy.js')).cacheProxy,
  },
  python: {
    summary: 'start Python as the steps of this folder’s project have it',
    load: async () => (await import('./python.js')).python,
  },
  doctor: {
    summary: 'tell what is wrong with the workspace and this machine, and how to mend it',
    load: async () => (await import('./doctor/index.js')).doctor,
  },
};
