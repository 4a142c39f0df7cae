export { backendNames, backendOf } from './backends';
export { evaluate, planCache } from './evaluate';
