export { setThreads } from '../backend/wasm';
export { backendNames, backendOf, defaultBackend, gpuNames, loadBackend, settled } from './backends';
export { evaluate, planCache } from './evaluate';
export { watch, type Watcher } from './watch';
export { forgetOrigin } from './settle';
