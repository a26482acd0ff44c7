import { defaultLimits } from '../../app/limits.js';
import { ServedCertificate } from '../../app/tls/index.js';
import { openAdmin, openGatewayState, restore } from '../../gateway/index.js';
import type { Io } from '../command.js';
import { addressOf, listen } from '../serve/run-server.js';
import { untilStopped } from '../serve/until-stopped.js';
import type { AdminPlace, GatewayOptions } from './gateway-options.js';
import { openForPublic } from './open-for-public.js';

/** Few clients, each with a token. One may wait long for its release to be loaded, and say nothing meanwhile. */
const limits = { headersMs: 10_000, idleMs: 900_000, maxConnections: 64 };

/** Milliseconds that requests of who deploys have to end. */
const adminGrace = 3000;

/** Serves what was deployed, and takes deployments in, until a signal. @returns the exit code. @throws MlError */
export async function runDeployed(options: GatewayOptions, place: AdminPlace, io: Io): Promise<number> {
  const { clock } = io;
  const { trustedKeys } = place;
  const state = await openGatewayState({ path: place.state, trustedKeys, now: () => clock.now() });
  const log = (line: string): void => {
    io.tell(`${line}\n`);
  };
  try {
    if (!state.token.exists) tellToken(state.token.mint(clock.now()), io);
    const { app, gateway } = await openForPublic(options, io, (service) => {
      state.services.keep(service);
      return Promise.resolve();
    });
    const admin = await openAdmin({
      gateway,
      state,
      clock,
      limits: { ...defaultLimits, ...limits, maxEntry: place.maxBlob },
      certificate: place.tls && new ServedCertificate(place.tls, { clock, tell: log }),
      log,
    });
    closeWith(app, admin);
    try {
      await restore({ gateway, state, log });
    } catch (error) {
      await app.close();
      throw error;
    }
    await listen(app, options);
    await listenBoth(admin, app, place);
    io.tell(
      `nx-ml-server gateway listens on ${addressOf(app, options)}, for deployments on ${addressOf(admin, place)}\n`,
    );
    await untilStopped(app, io);
    return 0;
  } finally {
    await state.close();
  }
}

/** A roll-out that is under way when the gateway ends cannot go on; its controller finds out what became of it. */
function closeWith(app: Listener, admin: Listener): void {
  app.addHook('preClose', async () => {
    const hurry = setTimeout(() => {
      admin.server.closeAllConnections();
    }, adminGrace);
    await admin.close();
    clearTimeout(hurry);
  });
}

type Listener = Parameters<typeof listen>[0];

async function listenBoth(admin: Listener, app: Listener, place: AdminPlace): Promise<void> {
  try {
    await listen(admin, place);
  } catch (error) {
    await app.close();
    throw error;
  }
}

/** On standard error, beside what logs collect of the requests. */
function tellToken(token: string, io: Io): void {
  io.tell(`The admin token, shown this once: ${token}\n`);
}
