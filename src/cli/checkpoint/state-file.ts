import { extname } from 'node:path';
import { byteSize } from '../../core/dtype';
import { loadNpz, loadTorch, openSafetensors, type Metadata } from '../../io';
import { elements } from '../../io/elements';
import type { StateEntry } from '../../module';
import { isTensor, type Tensor } from '../../tensor';
import { UsageError } from '../usage';

/** What is known of a tensor without reading it. */
export interface FileEntry {
  readonly shape: readonly number[];
  /** As it lies in the file, where that can be told. */
  readonly dtype: string;
  readonly bytes: number;
  /** What it is once it is loaded. */
  readonly loaded: StateEntry;
}

/** A file of tensors, open. */
export interface StateFile {
  readonly path: string;
  readonly isSafetensors: boolean;
  readonly entries: ReadonlyMap<string, FileEntry>;
  readonly metadata: Metadata;
  tensor(name: string): Promise<Tensor>;
  close(): Promise<void>;
}

type Reader = (path: string) => Promise<StateFile>;
const readers: Readonly<Record<string, Reader>> = {
  '.safetensors': openLazily,
  '.pt': async (path) => inMemory(path, tensorsIn(await loadTorch<unknown>(path))),
  '.pth': async (path) => inMemory(path, tensorsIn(await loadTorch<unknown>(path))),
  '.npz': async (path) => inMemory(path, new Map(Object.entries(await loadNpz(path)))),
};

/** Opens a file by its ending. */
export function openStateFile(path: string): Promise<StateFile> {
  const ending = extname(path);
  if (Object.hasOwn(readers, ending)) return readers[ending](path);
  throw new UsageError(`${path} is no file of tensors that can be read; known are ${Object.keys(readers).join(' ')}`);
}

async function openLazily(path: string): Promise<StateFile> {
  const file = await openSafetensors(path);
  const entries = [...file.entries].map(([name, { shape, dtype, begin, end }]) => {
    const loaded = { shape, dtype: elements[dtype].becomes };
    return [name, { shape, dtype, bytes: end - begin, loaded }] as const;
  });
  return {
    path,
    isSafetensors: true,
    entries: new Map(entries),
    metadata: file.metadata,
    tensor: (name) => file.tensor(name),
    close: () => file.close(),
  };
}

function inMemory(path: string, tensors: ReadonlyMap<string, Tensor>): StateFile {
  const entry = ({ shape, dtype, size }: Tensor): FileEntry => ({ shape, dtype, bytes: size * byteSize(dtype), loaded: { shape, dtype } }); // prettier-ignore
  return {
    path,
    isSafetensors: false,
    entries: new Map([...tensors].map(([name, tensor]) => [name, entry(tensor)])),
    metadata: {},
    tensor: async (name) => tensors.get(name)!,
    close: async () => {},
  };
}

/** Tensors by their places in dicts and lists, each of which is gone through once: there may be cycles. */
function tensorsIn(root: unknown): Map<string, Tensor> {
  const found = new Map<string, Tensor>();
  const seen = new Set<unknown>();
  const look = (value: unknown, place: string): void => {
    if (isTensor(value)) return void found.set(place || 'tensor', value);
    if (typeof value !== 'object' || value === null || seen.has(value)) return;
    seen.add(value);
    for (const [key, inner] of Object.entries(value)) look(inner, place === '' ? key : `${place}.${key}`);
  };
  look(root, '');
  return found;
}
