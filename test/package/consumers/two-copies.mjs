// A process in which `require` gives CommonJS, so that the library is there twice: a module of one, listed by the other.
import { createRequire } from 'node:module';
import { inventory } from 'decograd';

const other = createRequire(import.meta.url)('decograd');
const model = new other.Sequential(new other.Linear(2, 3));
console.log(
  JSON.stringify({ twice: other.inventory !== inventory, paths: inventory(model).entries.map((e) => e.path) }),
);
