import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { decode } from 'fast-png';
import { afterAll, expect } from 'vitest';
import { crc32c } from '../../../src/io/crc32';

/** An interpreter that has TensorBoard. */
export const { PYTHON: python } = process.env;

/** Step, size as the event tells it; mode, size and pixels as the PNG has them. */
export type ReadImage = [step: number, width: number, height: number, mode: string, width: number, height: number, base64: string]; // prettier-ignore

export type Events = Record<'scalars' | 'histograms', Record<string, number[][]>> & {
  images: Record<string, ReadImage[]>;
};

/** What TensorBoard itself reads in folders: one process for all that a file of tests asks, since it takes longer to start than to read. */
export function eventReader(): (dir: string) => Promise<Events> {
  let child: ReturnType<typeof start> | undefined;
  afterAll(() => child?.input.end());
  return async (dir) => {
    child ??= start();
    child.input.write(`${dir}\n`);
    const { value, done } = await child.lines.next();
    if (done) throw new Error(`TensorBoard ended without an answer about ${dir}; what it said is on stderr`);
    return JSON.parse(value) as Events;
  };
}

function start() {
  const { stdin, stdout } = spawn(python!, ['test/oracle/live_events.py'], { stdio: ['pipe', 'pipe', 'inherit'] });
  return { input: stdin, lines: createInterface(stdout)[Symbol.asyncIterator]() };
}

/** What each record of an event file holds; that it is whole. */
export function records(path: string): Buffer[] {
  const bytes = readFileSync(path);
  const found: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += 16 + found.at(-1)!.length) {
    const length = Number(bytes.readBigUInt64LE(at));
    const [head, body] = [bytes.subarray(at, at + 8), bytes.subarray(at + 12, at + 12 + length)];
    for (const [part, place] of [
      [head, at + 8],
      [body, at + 12 + length],
    ] as const) {
      // prettier-ignore
      const crc = crc32c(part);
      expect(bytes.readUInt32LE(place)).toBe((((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0);
    }
    found.push(body);
  }
  return found;
}

/** The one event file of a folder. */
export function only(dir: string): string {
  const files = readdirSync(dir);
  expect(files).toEqual([expect.stringMatching(/^events\.out\.tfevents\.\d{10}\.decograd\.\d+\.\d+$/)]);
  return join(dir, files[0]!);
}

const modes: Record<number, string> = { 1: 'L', 3: 'RGB', 4: 'RGBA' };

export function decoded(png: Uint8Array): { mode: string; width: number; height: number; base64: string } {
  const { width, height, channels, depth, data } = decode(png, { checkCrc: true });
  expect(depth).toBe(8);
  return { mode: modes[channels]!, width, height, base64: Buffer.from(data as Uint8Array).toString('base64') };
}

/** The images that count in a folder, as TensorBoard reads them: a run that begins again drops what was beyond. */
export function imagesIn(dir: string): Record<string, ReadImage[]> {
  const files = readdirSync(dir).sort();
  let found: [tag: string, image: ReadImage][] = [];
  for (const event of files.flatMap((file) => records(join(dir, file))).map(fieldsOf)) {
    const step = (event[2]?.[0] as number | undefined) ?? 0;
    if (event[7]) found = found.filter(([, [at]]) => at < step);
    for (const value of bytesIn(event, 5)
      .flatMap((summary) => bytesIn(fieldsOf(summary), 1))
      .map(fieldsOf))
      // prettier-ignore
      for (const image of bytesIn(value, 4))
        found.push([Buffer.from(bytesIn(value, 1)[0]!).toString(), readImage(step, fieldsOf(image))]);
  }
  const tags = [...new Set(found.map(([tag]) => tag))];
  return Object.fromEntries(tags.map((tag) => [tag, found.filter(([of]) => of === tag).map(([, image]) => image)]));
}

function readImage(step: number, fields: Fields): ReadImage {
  const [height, width, channels] = [1, 2, 3].map((field) => fields[field]![0] as number) as [number, number, number];
  const png = decoded(bytesIn(fields, 4)[0]!);
  expect(png.mode).toBe(modes[channels]);
  return [step, width, height, png.mode, png.width, png.height, png.base64];
}

type Fields = Record<number, (number | Uint8Array)[]>;
const bytesIn = (fields: Fields, field: number) => (fields[field] ?? []) as Uint8Array[];

/** The fields of a message by number: whole numbers, and bytes of what has a length. */
function fieldsOf(message: Uint8Array): Fields {
  const reader = new BinaryReader(message);
  const fields: Fields = {};
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (type === WireType.Varint) (fields[field] ??= []).push(Number(reader.int64()));
    else if (type === WireType.LengthDelimited) (fields[field] ??= []).push(reader.bytes());
    else reader.skip(type);
  }
  return fields;
}

/** A folder for each of several runs, of which the later ones find in theirs what the first has left. */
export class ResumedFolders {
  runs = 0;
  constructor(private readonly root: string) {
    mkdirSync(root);
  }
  get newest(): string {
    return join(this.root, String(this.runs - 1));
  }
  next(): string {
    this.runs++;
    if (this.runs > 1) cpSync(join(this.root, '0'), this.newest, { recursive: true });
    return this.newest;
  }
}
