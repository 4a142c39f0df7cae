// `import` and `require` in one process: whether they give one library, as JSON.
import { createRequire } from 'node:module';
import * as imported from 'decograd';

const required = createRequire(import.meta.url)('decograd');
const same = Object.keys(imported).filter((name) => imported[name] === required[name]).length;
console.log(JSON.stringify({ same, all: Object.keys(imported).length }));
