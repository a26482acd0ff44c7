/**
 * Does a link lead to something within the workspace, whatever the other links are? Its `..` stand before all names and are no
 * more than the folders above it, so that no `..` is ever applied to what another link leads to.
 *
 * @param path of the link, workspace-relative, already checked
 */
export function staysWithin(path: string, target: string): boolean {
  if (target === '' || target.startsWith('/') || /[\\\0]/.test(target)) return false;
  const parts = target.split('/').filter((part) => part !== '' && part !== '.');
  const names = parts.findIndex((part) => part !== '..');
  const ups = names < 0 ? parts.length : names;
  if (parts.slice(ups).includes('..')) return false;
  return ups <= path.split('/').length - 1;
}
