import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import ts from 'typescript';
import { expect, it } from 'vitest';
import { filesUnder, foldersUnder, parse, walk } from './sources';

const files = ['src', 'examples', 'test', 'bench'].flatMap((folder) => filesUnder(folder));

it('files and folders are kebab-case', () => {
  const kebab = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9-]+)*$/;
  const parts = new Set(files.flatMap((file) => file.split('/')));
  expect([...parts].filter((part) => !kebab.test(part))).toEqual([]);
});

it('no file is a drawer for odds and ends', () => {
  const drawers = ['utils', 'util', 'base', 'misc', 'helpers', 'helper', 'common'];
  expect(filesUnder('src').filter((file) => drawers.includes(basename(file, '.ts')))).toEqual([]);
});

it('every folder of src opens with a README.md', () => {
  expect(foldersUnder('src').filter((folder) => folder !== 'src' && !existsSync(`${folder}/README.md`))).toEqual([]);
});

it('exports are named', () => {
  expect(files.filter(hasDefaultExport)).toEqual([]);
});

it('no test is skipped or singled out', () => {
  expect(files.filter((file) => /^test\//.test(file)).flatMap(setAside)).toEqual([]);
});

function hasDefaultExport(file: string): boolean {
  return parse(file).statements.some(
    (statement) =>
      ts.isExportAssignment(statement) ||
      (ts.canHaveModifiers(statement) &&
        ts.getModifiers(statement)?.some((modifier) => modifier.kind === ts.SyntaxKind.DefaultKeyword)),
  );
}

/** Tests that are left out, or leave others out: a suite is green only when all of it ran. */
function setAside(file: string): string[] {
  const aside = ['skip', 'only', 'todo', 'skipIf', 'runIf', 'fails'];
  const found: string[] = [];
  walk(parse(file), (node) => {
    if (!ts.isPropertyAccessExpression(node) || !aside.includes(node.name.text)) return;
    if (['it', 'test', 'describe'].includes(node.expression.getText().split('.')[0]!)) {
      found.push(`${file}: ${node.getText()}`);
    }
  });
  return found;
}
