import { setUpJourney } from './package-managers/set-up-journey.js';

setUpJourney([{ name: 'pnpm', version: '12.21.0', fetch: 'pnpm dlx', start: 'pnpm exec' }]);
