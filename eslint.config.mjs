// ESLint 9 reads flat configuration; the rules themselves live in .eslintrc.json.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { FlatCompat } from '@eslint/eslintrc';
import js from '@eslint/js';

const baseDirectory = fileURLToPath(new URL('.', import.meta.url));
const { ignorePatterns, ...rules } = JSON.parse(readFileSync(new URL('.eslintrc.json', import.meta.url), 'utf8'));
const compat = new FlatCompat({ baseDirectory, recommendedConfig: js.configs.recommended });

export default [
  { ignores: ignorePatterns.map((folder) => `**/${folder}/**`) },
  { files: ['**/*.ts', '**/*.mts', '**/*.mjs'] },
  ...compat.config(rules),
];
