import { MlError } from '../../kernel/index.js';

/** All that a drawing is made of. What a browser would fetch, run or follow is not among it. */
const elements = new Set(['svg', 'g', 'path', 'line', 'rect', 'text', 'tspan', 'defs', 'clipPath', 'title']);
const attributes = new Set(
  [
    'width height viewBox version class transform d x y x1 x2 y1 y2 dx dy fill fill-opacity stroke stroke-width stroke-opacity',
    'stroke-dasharray stroke-linecap stroke-linejoin stroke-miterlimit opacity font-family font-size font-weight font-style text-anchor',
    'id clip-path role aria-label aria-hidden aria-roledescription xmlns display',
  ].flatMap((names) => names.split(' ')),
);
/** Left out: they load, style or catch something, and a drawing is the same without. */
const dropped = new Set([
  'xmlns:xlink',
  'style',
  'pointer-events',
  'cursor',
  'href',
  'xlink:href',
  'text-rendering',
]);
const tag = /<(\/?)([A-Za-z][\w:-]*)((?:\s+[\w:-]+="[^"<>]*")*)\s*(\/?)>/y;

/**
 * A drawing with nothing in it but shapes and texts.
 *
 * @throws MlError ERR_ML_DOCUMENT_INVALID for anything else
 */
export function safeSvg(svg: string): string {
  const parts: string[] = [];
  let at = 0;
  while (at < svg.length) {
    const next = svg.indexOf('<', at);
    parts.push(svg.slice(at, next === -1 ? undefined : next));
    if (next === -1) break;
    tag.lastIndex = next;
    const match = tag.exec(svg);
    if (match === null) throw unsafe(svg.slice(next, next + 40));
    const [whole, close = '', name = '', list = '', end = ''] = match;
    if (!elements.has(name)) throw unsafe(`<${name}>`);
    parts.push(`<${close}${name}${safeAttributes(list)}${end}>`);
    at = next + whole.length;
  }
  return parts.join('');
}

function safeAttributes(list: string): string {
  const kept: string[] = [];
  for (const [, name = '', value = ''] of list.matchAll(/([\w:-]+)="([^"<>]*)"/g)) {
    if (dropped.has(name)) continue;
    if (!attributes.has(name)) throw unsafe(`the attribute ${name}`);
    if (/url\((?!#[\w-]+\))|javascript:|expression\(/i.test(value) && name !== 'aria-label')
      throw unsafe(`${name}="${value.slice(0, 40)}"`);
    kept.push(` ${name}="${value}"`);
  }
  return kept.join('');
}

function unsafe(what: string): MlError {
  return new MlError('ERR_ML_DOCUMENT_INVALID', {
    message: `A drawing holds what a report must not: ${what}`,
    fix: 'Please report it as a bug of nx-ml. nx-ml report --no-plots does without drawings.',
  });
}
