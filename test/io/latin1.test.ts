import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { latin1 } from '../../src/io/latin1';

test('each byte is the character of its number', () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
  expect([...latin1(bytes)].map((c) => c.codePointAt(0))).toEqual([...bytes]);
});

test('nobody asks TextDecoder for it, which means windows-1252 in browsers and from Node 22 on', () => {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  expect(files.length).toBeGreaterThan(300);
  expect(files.filter((file) => /TextDecoder\(\s*['"](latin1|ascii|iso-8859)/i.test(readFileSync(`src/${file}`, 'utf8')))).toEqual([]); // prettier-ignore
});
