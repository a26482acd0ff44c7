import { quickstartJourney } from './cache-proxy/quickstart-journey.js';
import { nx24 } from './versions/version-journey.js';

quickstartJourney(nx24);
