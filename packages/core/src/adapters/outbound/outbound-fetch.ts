type Variables = Readonly<Record<string, string | undefined>>;

/** This machine is never asked through a proxy, which has another. */
const own = ['localhost', '127.0.0.1', '[::1]'];

/** Whether a proxy is named for addresses of https. */
export function usesProxy(variables: Variables): boolean {
  return proxyOf(variables) !== undefined;
}

/**
 * `fetch`, through the proxy that HTTPS_PROXY names for addresses of https, and NO_PROXY does not except; in small letters they go before,
 * as everywhere. Rejects as fetch does; also where HTTPS_PROXY is no address.
 */
export function outboundFetch(variables: Variables): typeof fetch {
  const proxy = proxyOf(variables);
  if (proxy === undefined) return fetch;
  let opened: Promise<typeof fetch> | undefined;
  return async (...args) => (await (opened ??= openThrough(proxy, exceptionsIn(variables))))(...args);
}

function proxyOf(variables: Variables): string | undefined {
  const named = variables['https_proxy'] ?? variables['HTTPS_PROXY'] ?? '';
  return named === '' || exceptionsIn(variables) === '*' ? undefined : named;
}

function exceptionsIn(variables: Variables): string {
  return (variables['no_proxy'] ?? variables['NO_PROXY'] ?? '').trim();
}

/** Node has no such option before 24; its own `fetch` does not take a dispatcher of another version of undici. */
async function openThrough(httpsProxy: string, exceptions: string): Promise<typeof fetch> {
  // What it says of an address that is none would repeat its password.
  if (!URL.canParse(httpsProxy)) throw new TypeError('HTTPS_PROXY is no address');
  const { EnvHttpProxyAgent, fetch: fetchBy } = await import('undici');
  const noProxy = [exceptions, ...own].filter((each) => each !== '').join(',');
  const dispatcher = new EnvHttpProxyAgent({ httpProxy: '', httpsProxy, noProxy });
  const through = (input: string | URL, init?: object): Promise<unknown> =>
    fetchBy(input, { ...init, dispatcher }).catch((error: unknown) => {
      throw isCancelled(error) ? new TypeError('fetch failed', { cause: notLetThrough() }) : error;
    });
  // Of one interface, by types of two versions.
  return through as typeof fetch;
}

/** All that undici says where the proxy answers anything but 200 to CONNECT. */
function isCancelled(error: unknown): boolean {
  const cause = error instanceof Error ? (error.cause as { message?: unknown } | undefined) : undefined;
  return cause?.message === 'Request was cancelled.';
}

function notLetThrough(): Error {
  return new Error('the proxy that HTTPS_PROXY names does not let this through');
}
