/** How a release comes to serve. docs/design/deploy.md */
export const strategies = ['recreate', 'blue-green', 'canary', 'shadow'] as const;
export type Strategy = (typeof strategies)[number];
