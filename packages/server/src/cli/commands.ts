import type { ServerCommand } from './command.js';
import { gateway } from './gateway/gateway.js';
import { gatewayToken } from './gateway/gateway-token.js';
import { keyRotate } from './key/rotate.js';
import { keyShow } from './key/show.js';
import { serve } from './serve/serve.js';
import { gc } from './storage/gc.js';
import { scrubCommand } from './storage/scrub.js';
import { tokenList } from './token/list.js';
import { tokenMint } from './token/mint.js';
import { tokenRevoke } from './token/revoke.js';

/**
 * All commands, in the order in which they are listed. What a command needs it loads when it runs (`await import`), so that asking for
 * a token does not wait for the code of the server.
 */
export const commands: readonly ServerCommand[] = [
  serve,
  gateway,
  gatewayToken,
  gc,
  scrubCommand,
  tokenMint,
  tokenList,
  tokenRevoke,
  keyShow,
  keyRotate,
];
