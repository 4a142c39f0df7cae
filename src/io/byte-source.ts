import { StateError, ValueError } from '../core/errors';
import { fileSystem } from './file-system';

/** As much of a browser's Blob or File as is read: not every project's compiler knows their types. */
export interface BlobLike {
  readonly size: number;
  slice(start: number, end: number): { arrayBuffer(): Promise<ArrayBuffer> };
}

/** What is read: the path of a file, its bytes, or a Blob or File of a browser. */
export type FileLike = string | Uint8Array | BlobLike;

/** Bytes that are read piece by piece, wherever they lie. */
export interface ByteSource {
  readonly size: number;
  /** Exactly these bytes. */
  read(at: number, length: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** Opens what is to be read; `asker` is the function that errors name. */
export async function openSource(asker: string, from: FileLike): Promise<ByteSource> {
  if (typeof from === 'string') return fileSource(asker, from);
  if (from instanceof Uint8Array) return bytesSource(asker, from);
  if (from instanceof Blob) return blobSource(asker, from);
  throw new ValueError(`${asker}: takes the path of a file, its bytes as a Uint8Array, or a Blob; not ${String(from)}`);
}

/** Opens, hands the source on, and closes it whatever happens. */
export async function withSource<T>(
  asker: string,
  from: FileLike,
  use: (source: ByteSource) => Promise<T>,
): Promise<T> {
  const source = await openSource(asker, from);
  try {
    return await use(source);
  } finally {
    await source.close();
  }
}

function checkRange(asker: string, at: number, length: number, size: number): void {
  if (!(at >= 0 && length >= 0 && at + length <= size))
    throw new StateError(`${asker}: the file ends early: bytes ${at} to ${at + length} are needed, there are ${size}`);
}

const nothingToClose = async (): Promise<void> => {};

/** Bytes in memory. What is read are views of them. */
export function bytesSource(asker: string, bytes: Uint8Array): ByteSource {
  const read = async (at: number, length: number) => {
    checkRange(asker, at, length, bytes.length);
    return bytes.subarray(at, at + length);
  };
  return { size: bytes.length, read, close: nothingToClose };
}

function blobSource(asker: string, blob: BlobLike): ByteSource {
  const read = async (at: number, length: number) => {
    checkRange(asker, at, length, blob.size);
    return new Uint8Array(await blob.slice(at, at + length).arrayBuffer());
  };
  return { size: blob.size, read, close: nothingToClose };
}

async function fileSource(asker: string, path: string): Promise<ByteSource> {
  const handle = await fileSystem(asker, 'give the bytes or a Blob').promises.open(path, 'r');
  const { size } = await handle.stat();
  const read = async (at: number, length: number) => {
    checkRange(asker, at, length, size);
    const bytes = new Uint8Array(length);
    for (let done = 0; done < length;) {
      const { bytesRead } = await handle.read(bytes, done, length - done, at + done);
      if (bytesRead === 0) throw new StateError(`${asker}: ${path} became shorter while it was read`);
      done += bytesRead;
    }
    return bytes;
  };
  return { size, read, close: () => handle.close() };
}
