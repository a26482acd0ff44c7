import type { ServerCommand } from './command.js';

/**
 * All commands, in the order in which they are listed. What a command needs it loads when it runs (`await import`), so that asking for
 * a token does not wait for the code of the server.
 */
export const commands: readonly ServerCommand[] = [];
