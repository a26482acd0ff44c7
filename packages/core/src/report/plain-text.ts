/** Longer names and messages are cut: they come from anybody, and a report has room for many. */
const mostCharacters = 300;

// Line ends, what terminals obey, and what makes text run the other way or hides in it.
const unseen =
  // eslint-disable-next-line no-control-regex -- just those
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]+/g;

/** One line of visible characters, and not too many of them. */
export function plainText(text: string, most = mostCharacters): string {
  const seen = text
    .replace(unseen, ' ')
    .replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd')
    .trim();
  const characters = Array.from(seen.slice(0, 2 * most + 2));
  return characters.length <= most ? seen : `${characters.slice(0, most - 1).join('')}…`;
}

/** For HTML's text and attributes in double quotes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${String(character.charCodeAt(0))};`);
}
