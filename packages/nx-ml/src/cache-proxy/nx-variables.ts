/** What Nx is started with, so that it asks the proxy. */
export function nxVariables(
  { address, token }: { readonly address: string; readonly token: string },
  variables: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  const direct = directHosts(variables);
  return {
    NX_SELF_HOSTED_REMOTE_CACHE_SERVER: address,
    NX_SELF_HOSTED_REMOTE_CACHE_ACCESS_TOKEN: token,
    // Nx's client would ask a HTTP_PROXY of the company for what is on this machine, and end the run with its answer.
    NO_PROXY: direct,
    no_proxy: direct,
  };
}

function directHosts(variables: Readonly<Record<string, string | undefined>>): string {
  const given = [variables['NO_PROXY'], variables['no_proxy'], '127.0.0.1']
    .flatMap((list) => (list ?? '').split(','))
    .map((host) => host.trim())
    .filter((host) => host !== '');
  return [...new Set(given)].join(',');
}
