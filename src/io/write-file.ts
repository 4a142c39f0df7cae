import type { promises } from 'node:fs';
import { ValueError } from '../core/errors';
import { fileSystem } from './file-system';

/** Takes the next bytes of a file. */
export type Sink = (bytes: Uint8Array) => Promise<void>;

let count = 0;

/**
 * Writes a file that appears whole or not at all: into a file beside it, which takes its name once it is on the disk.
 * What was there before stays until then, and stays if anything fails.
 */
export async function writeFile(asker: string, path: string, write: (sink: Sink) => Promise<void>): Promise<void> {
  const { promises: files } = fileSystem(asker);
  if (typeof path !== 'string' || path === '')
    throw new ValueError(`${asker}: takes the path of a file first, not ${String(path) || 'an empty text'}`);
  const partial = `${path}.${process.pid}-${count++}.partial`;
  const handle = await files.open(partial, 'w');
  try {
    await write((bytes) => writeAll(handle, bytes))
      .then(() => handle.sync())
      .finally(() => handle.close());
    await files.rename(partial, path);
    await syncFolder(files, path);
  } catch (error) {
    await files.rm(partial, { force: true });
    throw error;
  }
}

/** A name is on the disk once its folder is. Not every system lets folders be synced: then it comes when it comes. */
async function syncFolder({ open }: typeof promises, path: string): Promise<void> {
  const folder = await open(path.replace(/[^/\\]*$/, '') || '.', 'r').catch(() => undefined);
  await folder?.sync().catch(() => undefined);
  await folder?.close();
}

interface Handle {
  write(bytes: Uint8Array, offset: number, length: number): Promise<{ bytesWritten: number }>;
}

async function writeAll(handle: Handle, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) done += (await handle.write(bytes, done, bytes.length - done)).bytesWritten;
}

/** All bytes that are written, in memory. */
export async function collected(write: (sink: Sink) => Promise<void>): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  await write(async (bytes) => void parts.push(bytes));
  return joined(parts);
}

/** The parts behind each other. */
export function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
