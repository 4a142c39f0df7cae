// `npm run browser`: the page, until Ctrl-C. `--port` for another than 8080.
import { parseArgs } from 'node:util';
import { servePage } from './server';

async function main() {
  const { values } = parseArgs({ options: { port: { type: 'string', default: '8080' } } });
  const { address } = await servePage(Number(values.port));
  console.log(`decograd in a browser: ${address}`);
}

void main();
