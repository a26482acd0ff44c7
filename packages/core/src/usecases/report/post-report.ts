import { markerOf, markerText } from '../../report/index.js';
import type { Comment, Comments, Marked } from '../../report/index.js';

export interface PostedReport {
  /** `stale`: a later run has reported already, and this one leaves it as it is. */
  readonly how: 'created' | 'edited' | 'stale';
  /** For people. */
  readonly url: string | undefined;
}

/**
 * Puts a report into the one comment that is about the same, or makes that. Of jobs that make one at the same time each looks again: the oldest
 * stands, and whoever made another one takes it away.
 *
 * @param textOf the whole comment, which begins with the marker.
 * @throws MlError as Comments does.
 */
export async function postReport(
  marked: Marked,
  textOf: (marker: string) => Promise<string>,
  comments: Comments,
): Promise<PostedReport> {
  const text = await textOf(markerText(marked));
  const standing = await oldest(marked, comments);
  if (standing !== undefined) {
    const posted = await edit(standing, { marked, text }, comments);
    if (posted !== undefined) return posted;
  }
  const made = await comments.create(text);
  const first = await oldest(marked, comments);
  if (first === undefined || first.id === made.id) return { how: 'created', url: made.url };
  await comments.remove(made.id);
  return (await edit(first, { marked, text }, comments)) ?? { how: 'stale', url: first.url };
}

/** @returns undefined where it is gone. */
async function edit(
  { id, body, url }: Comment,
  { marked, text }: { readonly marked: Marked; readonly text: string },
  comments: Comments,
): Promise<PostedReport | undefined> {
  if ((markerOf(body)?.run ?? 0) > marked.run) return { how: 'stale', url };
  return (await comments.update(id, text)) ? { how: 'edited', url } : undefined;
}

async function oldest({ of }: Marked, comments: Comments): Promise<Comment | undefined> {
  const all = await comments.list();
  // Anybody can write a marker; ours are those that the holder of the token wrote.
  const own = all.filter(({ body, isOwn }) => isOwn && markerOf(body)?.of === of);
  return own.sort((a, b) => Number(a.id) - Number(b.id))[0];
}
