import { node20, node22, node24, nx23, nx24, versionJourney } from './versions/version-journey.js';

versionJourney([
  { ...node20, ...nx23 },
  { ...node24, ...nx23 },
  { ...node20, ...nx24 },
  { ...node22, ...nx24 },
]);
