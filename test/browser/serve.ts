import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';

export interface Served {
  readonly address: string;
  close(): Promise<void>;
}

/** Without these two a page has no SharedArrayBuffer. */
const isolation = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };
const page = '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><script type="module" src="/program.js"></script>'; // prettier-ignore

/** Serves an empty page that loads the program, on a port that was free. */
export async function serve(program: string, isolated: boolean): Promise<Served> {
  const server = createServer(({ url }, response) => {
    const [type, text] = url === '/program.js' ? ['text/javascript', program] : ['text/html', page];
    response.writeHead(200, { 'Content-Type': `${type}; charset=utf-8`, ...(isolated ? isolation : {}) }).end(text);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => void server.close(resolve));
    },
  };
}
