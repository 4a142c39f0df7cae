import type * as nodeFs from 'node:fs';
import type * as nodePath from 'node:path';
import type * as nodeUrl from 'node:url';
import { DeviceError, ValueError } from '../../core/errors';
import { nodeModule } from '../../core/node-module';
import { checkOptions } from '../../core/options';
import { countOf } from '../../module/option-checks';
import { show } from '../../module/shape-declaration';

/** A URL as the class URL has it, which is not among the types of every project. */
export interface FileUrl {
  readonly href: string;
}

/** Threads that read samples ahead, in Node. */
export interface WorkersOptions {
  /** The file that makes the dataset: a URL such as new URL('./data.js', import.meta.url), or an absolute path. */
  readonly module: string | FileUrl;
  /** What the file exports: the dataset, a function that returns it or a promise of it, or its class. */
  readonly export: string;
  /** What the function or class is given: plain values, no tensors or functions. Default none. */
  readonly arguments?: readonly unknown[];
  /** How many threads. Default 1. */
  readonly count?: number;
  /** How many batches each thread reads ahead. Default 2. */
  readonly prefetch?: number;
}

/** The same, checked, with its file as URL and path. */
export interface WorkersPlan {
  readonly url: string;
  readonly path: string;
  readonly name: string;
  readonly given: readonly unknown[];
  readonly count: number;
  readonly prefetch: number;
}

const where = 'DataLoader: workers';

/**
 * @throws ValueError saying which option cannot be, and what can; DeviceError where there are no threads
 */
export function workersPlan(options: WorkersOptions): WorkersPlan {
  checkOptions(where, options, ['module', 'export', 'arguments', 'count', 'prefetch']);
  const { export: name, arguments: given = [], count = 1, prefetch = 2 } = options;
  if (typeof name !== 'string' || name === '')
    throw new ValueError(`${where}: export must be the name of what the module exports, not ${show(name)}`);
  if (!Array.isArray(given)) throw new ValueError(`${where}: arguments must be a list, not ${show(given)}`);
  countOf(where, 'count', count);
  countOf(where, 'prefetch', prefetch);
  return { ...fileOf(options.module), name, given, count, prefetch };
}

function fileOf(module: string | FileUrl): { url: string; path: string } {
  const url = nodeModule<typeof nodeUrl>('node:url');
  const path = nodeModule<typeof nodePath>('node:path');
  const fs = nodeModule<typeof nodeFs>('node:fs');
  if (!url || !path || !fs)
    throw new DeviceError(`${where}: there are no threads here that could read; leave workers out`);
  const text = typeof module === 'string' ? module : String((module as FileUrl | undefined)?.href);
  const isUrl = text.startsWith('file:');
  if (!isUrl && !path.isAbsolute(text))
    throw new ValueError(
      `${where}: module must be a file: URL, such as new URL('./data.js', import.meta.url), or an absolute path, not ${show(text)}`,
    );
  const file = isUrl ? url.fileURLToPath(text) : text;
  if (!fs.existsSync(file)) throw new ValueError(`${where}: there is no module ${file}`);
  return { path: file, url: url.pathToFileURL(file).href };
}
