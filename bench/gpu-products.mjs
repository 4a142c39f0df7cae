// How products are best computed on GPUs: formulations side by side. `npm run bench:gpu-products -- --help` tells the options.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { columns } from './gpu/places.mjs';
import { bundleForNode, bundleForPage } from './gpu/products/bundle.mjs';
import { productsReport } from './gpu/products/report.mjs';
import { chosen, command } from './options.mjs';

const usage = `npm run bench:gpu-products -- [options]
  --in node-webgpu,chromium   places by name, or by the beginning of it. Default: all
  --rounds N                  how often each is timed; the best counts. Default: 3
  --write                     writes bench/GPU-PRODUCTS.md`;

const places = columns
  .filter(({ device }) => device.startsWith('gpu:'))
  .map((column) => ({ ...column, name: column.title.toLowerCase().replace(', ', '-') }));

async function main({ in: where, rounds, write }) {
  const picked = chosen(places, where, 'in');
  await bundleForNode();
  const program = {
    script: fileURLToPath(new URL('gpu/products/in-node.mjs', import.meta.url)),
    page: `import '/products.mjs';`,
    files: { '/products.mjs': await bundleForPage() },
  };
  const reports = [];
  for (const { device, run } of picked)
    reports.push(
      await run(program, device, [null, rounds]).catch(({ message }) => ({ reason: message.split('\n')[0] })),
    );
  const text = productsReport(picked, reports);
  console.log(text);
  if (write) writeFileSync(new URL('GPU-PRODUCTS.md', import.meta.url), text);
}

await command(usage, { in: undefined, rounds: 3, write: false }, main);
