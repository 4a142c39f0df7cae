// Loaded into an example before ts-node: what swc made of a file for one example, the next ones find in a folder.
/* eslint-disable @typescript-eslint/no-require-imports -- what -r loads is CommonJS */
const { createHash } = require('node:crypto');
const { existsSync, readFileSync, renameSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');

const filename = require.resolve('@swc/wasm');
const inPlace = { id: filename, filename, loaded: true, exports: { transformSync } };
require.cache[filename] = inPlace;

let swc;
/** The compiler itself, which takes a while to load. */
function loaded() {
  delete require.cache[filename];
  swc ??= require(filename);
  require.cache[filename] = inPlace;
  return swc;
}

function transformSync(source, options) {
  const hash = createHash('sha256')
    .update(JSON.stringify([source, options]))
    .digest('hex');
  const path = join(process.env.COMPILED_ONCE, hash);
  if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8'));
  const result = loaded().transformSync(source, options);
  writeFileSync(`${path}.${process.pid}`, JSON.stringify(result));
  renameSync(`${path}.${process.pid}`, path);
  return result;
}
