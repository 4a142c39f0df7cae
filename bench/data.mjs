// Inputs and initial weights, the same for every peer: raw little-endian files and a manifest that says what they hold.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generate } from './generate.mjs';

/** Writes the data of the workloads, and manifest.json: for each workload its source file and its tensors. */
export function writeData(folder, workloads) {
  mkdirSync(folder, { recursive: true });
  const manifest = {};
  for (const workload of workloads) {
    const tensors = Object.entries(workload.data).map(([name, { shape, dtype }]) => {
      const path = `${workload.name}.${name}.bin`;
      writeFileSync(join(folder, path), generate(workload, name));
      return { name, shape, dtype, path };
    });
    manifest[workload.name] = { source: workload.source, tensors };
  }
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest, null, 1));
  return manifest;
}

export const readManifest = (folder) => JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));

/** A workload's tensors by name: `{ shape, values }`, with Int32Array or Float32Array as values. */
export function readData(folder, { tensors }) {
  return Object.fromEntries(
    tensors.map(({ name, shape, dtype, path }) => {
      const { buffer, byteOffset, byteLength } = readFileSync(join(folder, path));
      const bytes = buffer.slice(byteOffset, byteOffset + byteLength);
      return [name, { shape, values: dtype === 'int32' ? new Int32Array(bytes) : new Float32Array(bytes) }];
    }),
  );
}
