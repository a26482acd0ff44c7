export interface ExitAbort {
  readonly signal: AbortSignal;
  dispose(): void;
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Aborts when this process is asked to end, or when Nx above it is gone (its channel closes). Whoever holds the signal
 * ends the commands that it started; only then may the process exit.
 */
export function abortOnExit(): ExitAbort {
  const controller = new AbortController();
  const abort = (): void => {
    controller.abort();
  };
  for (const signal of signals) process.on(signal, abort);
  process.on('disconnect', abort);
  return {
    signal: controller.signal,
    dispose: () => {
      for (const signal of signals) process.off(signal, abort);
      process.off('disconnect', abort);
    },
  };
}
