import { ValueError } from '../../core/errors';
import { IterableDataset, type Samples } from '../iterable-dataset';
import { checkPath, files } from './files';

/**
 * The values of a file of JSON lines, one a line, read as they are asked for: a file of any size takes the memory of a line.
 * Every epoch reads it anew. Empty lines are passed over.
 *
 * Source: https://jsonlines.org
 * @throws ValueError where there is no such file, and while iterating, naming file and line, where a line is no JSON or the
 *   file no UTF-8; DeviceError where there are no files
 * @example
 * const texts = readJsonl<{ text: string; label: number }>('reviews.jsonl').map(({ text, label }) => [encode(text), label]);
 * for await (const [x, y] of new DataLoader(texts, { batchSize: 32 })) train(x, y);
 */
export function readJsonl<T = unknown>(path: string): IterableDataset<T> {
  const fs = files('readJsonl', 'parseJsonl takes text or bytes');
  checkPath('readJsonl', path, fs);
  return new IterableDataset(() => parseJsonl<T>(fs.createReadStream(path), `readJsonl: ${path}`));
}

/**
 * The values of JSON lines that arrive in pieces of text or of UTF-8, cut anywhere.
 * @param where how errors begin
 * @throws ValueError naming the line where one is no JSON, or what arrives is no UTF-8
 * @example for await (const value of parseJsonl(['{"a": 1}\n{"a"', ': 2}'])) console.log(value); // { a: 1 }, { a: 2 }
 */
export async function* parseJsonl<T = unknown>(
  pieces: Samples<string | Uint8Array>,
  where = 'parseJsonl',
): AsyncGenerator<T, void, undefined> {
  let number = 0;
  for await (const line of lines(pieces, where)) {
    number++;
    if (line.trim() !== '') yield parsed(line, `${where}, line ${number}`) as T;
  }
}

function parsed(line: string, where: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw new ValueError(`${where}: ${(error as Error).message}`);
  }
}

async function* lines(pieces: Samples<string | Uint8Array>, where: string): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rest: string[] = []; // joined when its line ends: a long line of many pieces is copied once
  for await (const piece of pieces) {
    const [first, ...others] = decoded(piece, decoder, where).split('\n');
    rest.push(first);
    for (const next of others) {
      yield rest.join('');
      rest = [next];
    }
  }
  rest.push(decoded(new Uint8Array(0), decoder, where, true));
  yield rest.join('');
}

function decoded(piece: string | Uint8Array, decoder: TextDecoder, where: string, isLast = false): string {
  if (typeof piece === 'string') return piece;
  try {
    return decoder.decode(piece, { stream: !isLast });
  } catch {
    throw new ValueError(`${where}: this is no UTF-8 text; is it compressed?`);
  }
}
