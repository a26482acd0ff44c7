import { node22, node24, nx23, nx24, versionJourney } from './versions/version-journey.js';

// Every other spec runs on Node 20 with Nx 23; the pairs that are left are in versions.long.spec.ts.
versionJourney([
  { ...node22, ...nx23 },
  { ...node24, ...nx24 },
]);
