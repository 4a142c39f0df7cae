export { setThreads } from '../backend/wasm';
export { backendNames, backendOf, defaultBackend, loadBackend } from './backends';
export { evaluate, planCache } from './evaluate';
export { forgetOrigin } from './settle';
