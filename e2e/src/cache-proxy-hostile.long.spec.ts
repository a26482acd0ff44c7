import { rare, usual } from './cache-proxy/hostile-behaviours.js';
import { hostileJourney } from './cache-proxy/hostile-journey.js';
import { nx23, nx24 } from './versions/version-journey.js';

it('knows more than thirty ways to be hostile', () => {
  expect(usual.length + rare.length).toBeGreaterThan(40);
});

// What is usual has nx 23 in cache-proxy.spec.ts.
hostileJourney('nx 23', { ...nx23, quick: true }, rare);
hostileJourney('nx 24', { ...nx24, quick: true }, [...usual, ...rare]);
