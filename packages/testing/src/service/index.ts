/**
 * A service from its bundles to its users, all of it real: the gateway and the command line as processes, models that go wrong as they are
 * told to, and users that ask all the time.
 */
export * from './faulty-program.js';
export * from './gateway-process.js';
export * from './service-bundle.js';
export * from './service-place.js';
export * from './steady-load.js';
