export { loadSafetensors, loadSafetensorsMetadata, saveSafetensors, type SaveSafetensorsOptions } from './safetensors';
export {
  decodeSafetensors,
  encodeSafetensors,
  type Metadata,
  type Stored,
  type TensorDict,
} from './safetensors-format';
