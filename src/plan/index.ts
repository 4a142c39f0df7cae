export { setThreads } from '../backend/wasm';
export { backendNames, backendOf, defaultBackend, gpuNames, loadBackend, settled } from './backends';
export { evaluate, planCache, type Evaluation } from './evaluate';
export { StructureCache } from './cache';
export { reach } from './collect';
export { repeat, repeatable, type Repeatable } from './repeat';
export { signatureOf } from './signature';
export { watch, type Watcher } from './watch';
export { forgetOrigin } from './settle';
