/** The page at `/`, for people: drawn by the server, without a script, and without anything from elsewhere. */
export { statusPage } from './status-page.js';
export { StatusCounts } from './status-report.js';
