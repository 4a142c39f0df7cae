/** Every backend that the op tests run on; one that cannot be had fails them. */
export const devices: readonly string[] = ['reference', 'wasm', 'gpu:cpu'];
