import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import {
  DataLoader,
  DTypeError,
  IndexError,
  parseCsv,
  parseJsonl,
  readCsv,
  readJsonl,
  ValueError,
  type CsvOptions,
} from 'decograd';
import fixtures from '../fixtures/data-files.json';

const folder = mkdtempSync(join(tmpdir(), 'decograd-tables-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, content: string | Uint8Array) => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};
const collect = async <T>(values: AsyncIterable<T>) => {
  const all: T[] = [];
  for await (const value of values) all.push(value);
  return all;
};

describe('CSV', () => {
  it.each(fixtures.tables)('reads what Python wrote, with $delimiter', async ({ text, delimiter, rows }) => {
    const types = { p: 'string', q: 'string', r: 'string' } as const;
    const table = await parseCsv(text, { delimiter, types });
    expect(rows.map((_, i) => Object.values(table.get(i)))).toEqual(rows);
  });

  it('finds types, and keeps those it is told', async () => {
    const text = 'w, x ,y,z,s,b\n1,2,3e9,.5,a,true\n-2,,1,nan,,FALSE\n';
    const table = await parseCsv(text);
    expect(table.types).toEqual({ w: 'int32', x: 'float32', y: 'float32', z: 'float32', s: 'string', b: 'bool' });
    expect([table.length, table.names]).toEqual([2, ['w', 'x', 'y', 'z', 's', 'b']]);
    expect(table.get(0)).toEqual({ w: 1, x: 2, y: 3e9, z: 0.5, s: 'a', b: true });
    expect(table.get(1)).toEqual({ w: -2, x: null, y: 1, z: null, s: null, b: false });
    expect(table.column('w')).toEqual(Int32Array.of(1, -2));
    const told = await parseCsv('a\n01\n', { types: { a: 'string' } });
    expect(told.get(0)).toEqual({ a: '01' });
  });

  it('becomes tensors: one column in its dtype, several side by side', async () => {
    const table = await parseCsv('a,b,c\n1,0.5,true\n2,1.5,false\n');
    expect([table.tensor('a').dtype, table.tensor('c').dtype, await table.tensor('a').toArray()]).toEqual(['int32', 'bool', [1, 2]]); // prettier-ignore
    expect(await table.tensor(['b', 'a']).toArray()).toEqual([[0.5, 1], [1.5, 2]]); // prettier-ignore
  });

  it('without a header, with names, and with other marks of what is missing', async () => {
    const table = await parseCsv('1,NA\n2,?\n', { header: false, missing: ['NA', '?'] });
    expect([table.names, table.types]).toEqual([['0', '1'], { 0: 'int32', 1: 'float32' }]);
    expect((await parseCsv('a\n1\n', { names: ['x'] })).get(0)).toEqual({ x: 1 });
    expect((await parseCsv('﻿a\r\n1\r\n\r\n')).get(0)).toEqual({ a: 1 });
    expect((await parseCsv('a,b\n')).length).toBe(0);
  });

  it('numbers come back as they were written', () =>
    fc.assert(
      fc.asyncProperty(fc.array(fc.float({ noDefaultInfinity: true, noNaN: true }), { minLength: 1 }), async (values) => {
        const table = await parseCsv(`x\n${values.join('\n')}\n`, { types: { x: 'float32' } });
        expect(table.column('x')).toEqual(Float32Array.from(values, (value) => value + 0)); // '-0' is written '0'
      }),
      { numRuns: 50 },
    )); // prettier-ignore

  it('takes names that every object has for columns and values like others', async () => {
    const [head, row] = ['__proto__,constructor,toString,kind', '1,ferrari,x,constructor'];
    const table = await parseCsv(`${head}\n${row}\n`, { types: { kind: 'string' } });
    expect(table.names.map((name) => table.types[name])).toEqual(['int32', 'string', 'string', 'string']);
    expect(Object.entries(table.get(0))).toEqual(
      head.split(',').map((name, i) => [name, i === 0 ? 1 : row.split(',')[i]]),
    );
  });

  const rows: [string, string, CsvOptions, RegExp][] = [
    ['a record that is short, by its line', 'a,b\n1,2\n\n3\n', {}, /parseCsv: .*expect 2, got 1 on line 4/],
    ['a quote that is not closed', 'a,b\n1,"x\n', {}, /parseCsv: Quote Not Closed.*line/],
    ['a quote in the middle', 'a\n1\nx"y\n', {}, /parseCsv: Invalid Opening Quote.*line 3/],
    ['a value of another type, by its line and column', 'a,b\n1,"x\ny"\n2,"z"\nthree,w\n', { types: { a: 'int32' } }, /line 5, column 'a': "three" is no int32/],
    ['a missing value among whole numbers', 'a,b\n1,2\n,2\n', { types: { a: 'int32' } }, /line 3, column 'a': a missing value is no int32/],
    ['a number past int32', 'a\n2147483648\n', { types: { a: 'int32' } }, /"2147483648" is no int32/],
    ['hexadecimal numbers', 'a\n0x10\n', { types: { a: 'float32' } }, /"0x10" is no float32/],
    ['two columns of one name', 'a,a\n1,2\n', {}, /two columns are called 'a'/],
    ['nothing', '', {}, /there is nothing to read/],
    ['too few names', 'a,b\n1,2\n', { names: ['x'] }, /1 names for 2 columns/],
    ['a type of no column', 'label\n1\n', { types: { labels: 'int32' } }, /types names 'labels'; did you mean 'label'\?/],
    ['a type that is none', 'a\n1\n', { types: { a: 'float64' as never } }, /must be one of float32, int32, bool, string, not "float64"/],
    ['a delimiter that is none', 'a\n', { delimiter: '' }, /delimiter must be text/],
    ['missing as one text', 'a\n', { missing: 'NA' as never }, /missing must be a list of texts/],
    ['other names of options', 'a\n', { sep: ';' } as object, /there is no option 'sep'/],
  ]; // prettier-ignore
  it.each(rows)('refuses %s', async (_, text, options, message) => {
    const error = await parseCsv(text, options).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ValueError);
    expect((error as Error).message).toMatch(message);
  });

  it('files are named in errors', async () => {
    const path = file('a.csv', 'a,b\n1\n');
    await expect(readCsv(path)).rejects.toThrow(`readCsv: ${path}: Invalid Record Length`);
    await expect(readCsv('none.csv')).rejects.toThrow('readCsv: there is no none.csv');
    expect((await readCsv(file('b.csv', 'a\né\n'))).get(0)).toEqual({ a: 'é' });
    await expect(readCsv(file('c.csv', Uint8Array.from([97, 10, 0xe9, 10])))).rejects.toThrow(
      /c\.csv: this is no UTF-8 text/,
    );
    const table = await parseCsv('name\nx\n');
    expect(() => table.tensor('name')).toThrow(DTypeError);
    expect(() => table.tensor('nam')).toThrow(/no column 'nam'; did you mean 'name'/);
    expect(() => table.get(1)).toThrow(IndexError);
  });
});

describe('JSON lines', () => {
  it('come back however they are cut', () =>
    fc.assert(
      fc.asyncProperty(fc.array(fc.jsonValue(), { maxLength: 8 }), fc.array(fc.nat(300), { maxLength: 8 }), fc.boolean(), async (values, cuts, asText) => {
        const text = values.map((value) => JSON.stringify(value) + '\n').join('');
        const whole = asText ? text : new TextEncoder().encode(text);
        const at = [0, ...cuts.filter((cut) => cut < whole.length).sort((a, b) => a - b), whole.length];
        const pieces = at.slice(1).map((end, i) => whole.slice(at[i], end));
        const expected = values.map((value) => JSON.parse(JSON.stringify(value)));
        expect(await collect(parseJsonl(pieces))).toEqual(expected);
      }),
    )); // prettier-ignore

  it('are read anew every epoch, and the file is closed when the loop is left', async () => {
    const path = file('a.jsonl', Array.from({ length: 5000 }, (_, i) => `{"x": ${i}, "t": "${'é'.repeat(40)}"}\r\n`).join('')); // prettier-ignore
    const data = readJsonl<{ x: number }>(path).map(({ x }) => x);
    const loader = new DataLoader<any>(data, { batchSize: 4000 });
    for (let epoch = 0; epoch < 2; epoch++) {
      const [first, second] = await collect(loader);
      expect([first.shape, await second.select(0, 999).item()]).toEqual([[4000], 4999]);
    }
    for await (const batch of new DataLoader<any>(data, { batchSize: 2 })) {
      expect(await batch.toArray()).toEqual([0, 1]);
      break;
    }
    rmSync(path);
  });

  it('pass over empty lines, and need no last line end', async () => {
    expect(await collect(parseJsonl(['\n1\n \n\r\n', '2']))).toEqual([1, 2]);
    expect(await collect(parseJsonl(['']))).toEqual([]);
  });

  it('refuse what is none, naming file and line, after the lines before it', async () => {
    const path = file('bad.jsonl', '1\n\n{"a": }\n');
    const seen: unknown[] = [];
    const run = async () => {
      for await (const value of readJsonl(path)) seen.push(value);
    };
    await expect(run()).rejects.toThrow(ValueError);
    await expect(run()).rejects.toThrow(`readJsonl: ${path}, line 3: `);
    expect(seen).toEqual([1, 1]);
    await expect(collect(parseJsonl([Uint8Array.of(0x1f, 0x8b, 8)]))).rejects.toThrow(
      /no UTF-8 text; is it compressed\?/,
    );
    await expect(collect(parseJsonl([Uint8Array.of(0xc3)]))).rejects.toThrow(/no UTF-8 text/);
    expect(() => readJsonl('none.jsonl')).toThrow(/readJsonl: there is no none.jsonl/);
    expect(() => readJsonl('')).toThrow(/give the path of a file, not ""/);
  });
});
