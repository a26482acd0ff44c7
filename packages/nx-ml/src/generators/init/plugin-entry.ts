import { randomBytes } from 'node:crypto';

import type { NxJsonConfiguration } from '@nx/devkit';

type Plugins = readonly NonNullable<NxJsonConfiguration['plugins']>[number][];

/** Options of the plugin in nx.json. */
interface PluginOptions {
  /** Tells the histories of unrelated workspaces apart that share a store. Committed, so that all clones agree. */
  readonly workspaceId?: string;
}

/** The plugins with nx-ml among them, under an id of the workspace; the same list where it is so already. */
export function withPlugin(plugins: Plugins, workspace: string): Plugins {
  const index = plugins.findIndex((entry) => nameOf(entry) === 'nx-ml');
  const entry = plugins[index];
  const options = (typeof entry === 'object' ? entry.options : undefined) as PluginOptions | undefined;
  if (options?.workspaceId !== undefined) return plugins;
  const rest = typeof entry === 'object' ? entry : { plugin: 'nx-ml' };
  const named = { ...rest, options: { ...options, workspaceId: newWorkspaceId(workspace) } };
  return index === -1 ? [...plugins, named] : plugins.map((other, at) => (at === index ? named : other));
}

function nameOf(entry: Plugins[number]): string {
  return typeof entry === 'string' ? entry : entry.plugin;
}

/** Readable, so that people recognise it in the store; drawn by chance, so that two workspaces of one name differ. */
function newWorkspaceId(workspace: string): string {
  const readable = workspace
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40);
  return `${readable === '' ? 'workspace' : readable}-${randomBytes(4).toString('hex')}`;
}
