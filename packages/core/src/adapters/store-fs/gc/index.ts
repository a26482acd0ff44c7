/** The folder store as its garbage collection sees it. Apart from the rest, for who only reads and writes never loads it. */
export { openGcStore } from './gc-store.js';
