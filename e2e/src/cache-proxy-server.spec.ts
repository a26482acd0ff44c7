import { quickstartJourney } from './cache-proxy/quickstart-journey.js';
import { nx23 } from './versions/version-journey.js';

// With nx 24: cache-proxy-server.long.spec.ts.
quickstartJourney(nx23);
