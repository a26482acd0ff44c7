/** A name as it may be shown: one that holds line ends or what a terminal would obey is quoted. */
export function shownName(name: string): string {
  // eslint-disable-next-line no-control-regex -- just those
  return /[\u0000-\u001f\u007f-\u009f]/.test(name)
    ? JSON.stringify(name).replace(/[\u007f-\u009f]/g, '?')
    : name;
}
