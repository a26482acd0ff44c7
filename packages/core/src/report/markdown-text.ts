import type { Line, Span } from './page.js';
import { escapeHtml, plainText } from './plain-text.js';

/**
 * Text within GitHub's and GitLab's markdown. Besides what CommonMark gives a meaning, both make links of text after it was rendered:
 * @names are called, #1, !1 and the like leave a trace at what they name, addresses become links. No escape keeps them from that, so an
 * invisible character parts the sign from the name.
 */

const parting = '\u200b';
/** Characters of a text of ours, which may hold a message of others. */
const longestText = 1000;

/** A line of markdown; it begins no block, whatever its first character. */
export function markdownLine(line: Line): string {
  const text = line.map((span) => markdownSpan(span, false)).join('');
  return /^(?:[-+=/:]|\d+[.)])/.test(text) ? `${parting}${text}` : text;
}

export function markdownCell(line: Line): string {
  return line.map((span) => markdownSpan(span, true)).join('');
}

/** Within `<summary>`, which is HTML. */
export function summaryText(line: Line): string {
  return line
    .map((span) => {
      if (typeof span === 'string') return escapeHtml(parted(spaced(span)));
      const text = escapeHtml(parted(plainText(span.text)));
      return span.as === 'name' ? `<code>${text}</code>` : `<b>${text}</b>`;
    })
    .join('');
}

function markdownSpan(span: Span, isCell: boolean): string {
  if (typeof span === 'string') return escaped(spaced(span));
  if (span.as === 'strong') return `**${escaped(plainText(span.text))}**`;
  return codeSpan(plainText(span.text), isCell);
}

/** Within code nothing has a meaning but its end; within a table a bar has. */
function codeSpan(text: string, isCell: boolean): string {
  if (text === '') return '';
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  const inner = longest > 0 || /^ .* $/.test(text) ? ` ${text} ` : text;
  // A backslash before a bar would escape the bar's own.
  return `${fence}${isCell ? inner.replace(/\\(?=\|)/g, '\\ ').replaceAll('|', '\\|') : inner}${fence}`;
}

/** A text of ours may begin or end with a space, to part it from its neighbours. */
function spaced(text: string): string {
  const start = text.startsWith(' ') ? ' ' : '';
  const end = text.endsWith(' ') && text.length > 1 ? ' ' : '';
  return `${start}${plainText(text, longestText)}${end}`;
}

function escaped(text: string): string {
  return parted(text)
    .replace(/[\\`*_[\]|~]/g, '\\$&')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/\$/g, '&#36;');
}

function parted(text: string): string {
  return text
    .replace(/[@#!%~^$:&](?=[\w"\\/[])/g, `$&${parting}`)
    .replace(/\b(gh)-(?=\d)/gi, `$1-${parting}`)
    .replace(/\bwww\./gi, (match) => `${match.slice(0, 3)}${parting}.`);
}
