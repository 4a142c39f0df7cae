import ts from 'typescript';
import { type Plugin } from 'vitest/config';

/** A line that has an @ where no comment and no text has begun. Without decorators the dialects are one language. */
const decorator = /^[^*'"`/\n]*@\w/m;

/** Compiles TypeScript with TC39 standard decorators, which vitest's own transformer does not lower. */
export const standardDialect = (): Plugin => ({
  name: 'decograd:standard-dialect',
  enforce: 'pre',
  transform(source, id) {
    const fileName = id.split('?')[0]!;
    if (!fileName.endsWith('.ts') || fileName.includes('/node_modules/') || !decorator.test(source)) return undefined;
    const { outputText, sourceMapText } = ts.transpileModule(source, {
      fileName,
      compilerOptions: {
        target: ts.ScriptTarget.ES2022,
        module: ts.ModuleKind.ESNext,
        experimentalDecorators: false,
        verbatimModuleSyntax: false,
        sourceMap: true,
      },
    });
    return { code: outputText.replace(/\n\/\/# sourceMappingURL=.*$/, '\n'), map: JSON.parse(sourceMapText!) };
  },
});
