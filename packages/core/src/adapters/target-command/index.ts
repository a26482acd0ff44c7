/** Deploys by a command of the user's own: a call of the port is one run of it. docs/design/deploy.md */
export { CommandTarget } from './command-target.js';
export type { HookCommand } from './run-hook.js';
