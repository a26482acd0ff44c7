/** Text for XML 1.0, which has no place for most control characters, however they are written. */
export function xmlText(text: string): string {
  return Array.from(text, (character) => xmlCharacter(character)).join('');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
  '\t': '&#9;',
};

function xmlCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (Object.hasOwn(entities, character)) return entities[character] ?? '';
  const isCharacter =
    code >= 0x20 && !(code >= 0xd800 && code <= 0xdfff) && code !== 0xfffe && code !== 0xffff;
  return isCharacter && !(code >= 0x7f && code <= 0x9f) ? character : '\ufffd';
}
