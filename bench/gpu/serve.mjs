// Serves the built library and the benchmarks to a page that is isolated across origins, so that wasm has its threads there.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';

const root = new URL('../../', import.meta.url);
const isolation = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };
const around = (module) =>
  `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><script type="module">${module}</script>`;

async function stored(url) {
  if (!/^\/(dist|bench)(\/\w[\w.-]*)+\.mjs$/.test(url)) return null;
  return readFile(new URL(`.${url}`, root)).catch(() => null);
}

/**
 * Serves a page with this module in it.
 * @param files further modules, by their paths
 * @returns the address, on a port that was free, and `close`
 */
export async function serve(module, files = {}) {
  const server = createServer(async ({ url }, response) => {
    const script = files[url] ?? (await stored(url));
    if (url !== '/' && script === null) return void response.writeHead(404).end();
    const type = script === null ? 'text/html' : 'text/javascript';
    response.writeHead(200, { 'Content-Type': `${type}; charset=utf-8`, ...isolation }).end(script ?? around(module));
  });
  await new Promise((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return {
    address: `http://127.0.0.1:${server.address().port}/`,
    close: () => new Promise((resolve) => void (server.closeAllConnections(), server.close(resolve))),
  };
}
