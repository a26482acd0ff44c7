import { setUpJourney } from './package-managers/set-up-journey.js';

setUpJourney([{ name: '@yarnpkg/cli-dist', version: '4.18.1', fetch: 'yarn dlx', start: 'yarn' }]);
