export type { FileLike } from './byte-source';
export { loadSafetensors, loadSafetensorsMetadata, saveSafetensors, type SaveSafetensorsOptions } from './safetensors';
export { openSafetensors, SafetensorsFile } from './safetensors-file';
export { decodeSafetensors, encodeSafetensors, type Stored, type TensorDict } from './safetensors-format';
export type { Metadata, SafetensorsEntry } from './safetensors-header';
export type { ElementName } from './elements';
