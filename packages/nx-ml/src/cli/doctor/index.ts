/**
 * `nx-ml doctor`: gathers facts about the workspace and this machine, and prints what core's checks make of them. Each
 * file here asks one part of the world and changes nothing in it; it asks without Nx's project graph, which a sick
 * workspace may not have.
 */
export { doctor } from './doctor.js';
