import { readFileSync } from 'node:fs';
import { join } from 'node:path';

let text: string | undefined;

/** The document that is published in this package: `openapi.json`. */
export function openApi(): string {
  return (text ??= readFileSync(join(__dirname, '..', '..', 'openapi.json'), 'utf8'));
}
