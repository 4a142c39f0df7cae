import { readFileSync } from 'node:fs';
import { ESLint, type Linter } from 'eslint';
import { describe, expect, it } from 'vitest';

const eslint = new ESLint();
/** Lints text as if it stood in this file, which need not exist. */
async function lint(text: string, filePath = 'test/lint-sample.ts'): Promise<Linter.LintMessage[]> {
  const [result] = await eslint.lintText(text, { filePath });
  return result!.messages;
}

describe('lint reads .eslintrc.json', () => {
  it('a rule that only .eslintrc.json sets is in force, with the options written there', async () => {
    const written = JSON.parse(readFileSync('.eslintrc.json', 'utf8'));
    const config = await eslint.calculateConfigForFile('src/index.ts');
    expect(config.rules['no-restricted-syntax'].slice(1)).toEqual(written.rules['no-restricted-syntax'].slice(1));
    expect(config.rules.complexity[1]).toEqual(written.overrides[0].rules.complexity[1]);
  });

  it('a rule of it fires', async () => {
    const messages = await lint('export const same = (a: number, b: number): boolean => a == b;\n');
    expect(messages.map((message) => message.ruleId)).toEqual(['eqeqeq']);
  });

  it('the recommended rules of typescript-eslint are on', async () => {
    const messages = await lint('export type Anything = {};\n');
    expect(messages.map((message) => message.ruleId)).toEqual(['@typescript-eslint/no-empty-object-type']);
  });

  it('sources are checked with types', async () => {
    const config = await eslint.calculateConfigForFile('src/index.ts');
    expect(config.languageOptions.parserOptions.projectService).toBe(true);
    expect(config.rules['@typescript-eslint/no-floating-promises'][0]).toBe(2);
  });
});

describe('a decorator on a field that compilers drop or disagree about is refused', () => {
  const field = (spelling: string): string => `
    import { type Parameter, param } from 'decograd';
    export abstract class Model {
      @param([1]) ${spelling}: Parameter;
    }
  `;

  it.each([
    ['declare w', 'declare'],
    ['abstract w', 'abstract'],
    ['accessor w', 'accessor'],
    ['abstract accessor w', 'abstract'],
  ])('%s', async (spelling, keyword) => {
    const messages = await lint(field(spelling));
    expect(messages.map((message) => message.ruleId)).toEqual(['no-restricted-syntax']);
    expect(messages[0]!.message).toContain('@param(...) w!: Parameter');
    expect(messages[0]!.message).toContain(keyword);
  });

  it.each(['w!', 'readonly w!', 'override w!'])('%s is let through', async (spelling) => {
    expect(await lint(field(spelling))).toEqual([]);
  });
});
