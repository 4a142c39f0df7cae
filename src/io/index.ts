export type { BlobLike, FileLike } from './byte-source';
export { loadSafetensors, loadSafetensorsMetadata, saveSafetensors, type SaveSafetensorsOptions } from './safetensors';
export { encodeNpy, loadNpy, saveNpy, type SaveNpyOptions } from './npy';
export { encodeNpz, loadNpz, saveNpz, type LoadNpzOptions, type SaveNpzOptions } from './npz';
export { openSafetensors, SafetensorsFile } from './safetensors-file';
export { decodeSafetensors, encodeSafetensors, type Stored, type TensorDict } from './safetensors-format';
export { loadTorch, type LoadTorchOptions } from './torch';
export type { Metadata, SafetensorsEntry } from './safetensors-header';
export type { ElementName } from './elements';
