import ts from 'typescript';
import { expect, it } from 'vitest';
import { filesUnder, lineCount, parse, walk } from './sources';

const maxLines = 300;

/** Files that may be longer, each with its reason. */
const longer: Readonly<Record<string, string>> = {};

const files = filesUnder('src');

it('no file is longer than 300 lines', () => {
  const long = files.filter((file) => lineCount(file) > maxLines && !(file in longer));
  expect(long.map((file) => `${file}: ${lineCount(file)}`)).toEqual([]);
});

it('every exception from the size rule is still one', () => {
  expect(Object.keys(longer).filter((file) => !files.includes(file) || lineCount(file) <= maxLines)).toEqual([]);
});

it('examples are shorter than 100 lines', () => {
  expect(filesUnder('examples').filter((file) => lineCount(file) >= 100)).toEqual([]);
});

it('half of the functions are under 10 lines, nine in ten under 30', () => {
  const sizes = files.flatMap(functionSizes).sort((a, b) => a - b);
  expect(sizes.length).toBeGreaterThan(100);
  expect(sizes[Math.floor(sizes.length * 0.5)]).toBeLessThan(10);
  expect(sizes[Math.floor(sizes.length * 0.9)]).toBeLessThan(30);
});

function functionSizes(file: string): number[] {
  const source = parse(file);
  const line = (position: number): number => source.getLineAndCharacterOfPosition(position).line;
  const sizes: number[] = [];
  walk(source, (node) => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body) {
      sizes.push(line(node.getEnd()) - line(node.getStart()) + 1);
    }
  });
  return sizes;
}
