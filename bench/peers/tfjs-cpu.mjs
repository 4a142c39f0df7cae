// TensorFlow.js on its backend of plain JavaScript, for what the WebAssembly backend lacks kernels for.
import { openOn } from './tfjs.mjs';

export { tensors } from './tfjs.mjs';
export const open = () => openOn('cpu');
