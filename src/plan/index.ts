export { setThreads } from '../backend/wasm';
export { backendNames, backendOf, defaultBackend, loadBackend } from './backends';
export { evaluate, planCache } from './evaluate';
export { watch, type Watcher } from './watch';
export { forgetOrigin } from './settle';
