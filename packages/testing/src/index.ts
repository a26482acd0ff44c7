/**
 * A rig for tests on real Nx: a workspace of its own with the packed plugin installed, its own home and store.
 */
export * from './dvc-project.js';
export * from './gated-workspace.js';
export * from './installed-packages.js';
export * from './matrix-workspace.js';
export * from './new-user.js';
export * from './packaged-workspace.js';
export * from './processes.js';
export * from './quickstart-versions.js';
export * from './run-command.js';
export * from './scripted-workspace.js';
export * from './service-load.js';
export * from './task-states.js';
export * from './workspace-rig.js';
