// Where devices are timed: each in a process of Node or in a Chromium of its own. What is run there is a `script` for Node and
// the module of a `page`, with the `files` that only it needs, which puts `measure` among the globals: both are given the
// device and what else was given, and report as JSON, with a `reason` where there is nothing to report.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { launch } from '../launch.mjs';
import { serve } from './serve.mjs';

/** A device where there is no GPU: SwiftShader, which comes with Debian's Chromium. */
const softwareVulkan = '/usr/lib/chromium/vk_swiftshader_icd.json';
const softwareWebGpu = ['--use-webgpu-adapter=swiftshader'];
const flags = ['--no-sandbox', '--no-first-run', '--disable-background-networking', '--enable-unsafe-webgpu', '--enable-features=Vulkan']; // prettier-ignore

/** The columns of a table, wasm beside the GPUs of the same place. */
export const columns = [
  { title: 'Node, wasm', device: 'wasm', run: inNode },
  { title: 'Node, webgpu', device: 'gpu:webgpu', run: inNode },
  { title: 'Chromium, wasm', device: 'wasm', run: inChromium },
  { title: 'Chromium, webgpu', device: 'gpu:webgpu', run: inChromium },
  { title: 'Chromium, webgl2', device: 'gpu:webgl2', run: inChromium },
];

/** Where no real GPU answers, software takes its place. */
async function withSoftware(run, software) {
  const report = await run(false);
  return report.reason && software ? run(true) : report;
}

function inNode({ script }, device, given) {
  const run = async (inSoftware) => {
    const env = inSoftware ? { VK_ICD_FILENAMES: softwareVulkan } : {};
    const { output } = await launch(process.execPath, [script, device, JSON.stringify(given)], { env });
    return JSON.parse(output.trim().split('\n').at(-1));
  };
  return withSoftware(run, device === 'gpu:webgpu' && existsSync(softwareVulkan));
}

function inChromium({ page, files }, device, given) {
  const found = findChromium();
  if (found.reason) return found;
  const { chromium, executablePath } = found;
  const run = async (inSoftware) => {
    const served = await serve(page, files);
    const browser = await chromium.launch({ executablePath, args: [...flags, ...(inSoftware ? softwareWebGpu : [])] });
    try {
      const opened = await browser.newPage();
      await opened.goto(served.address);
      await opened.waitForFunction(() => globalThis.measure);
      return await opened.evaluate((all) => globalThis.measure(...all), [device, ...given]);
    } finally {
      await browser.close();
      await served.close();
    }
  };
  return withSoftware(run, device === 'gpu:webgpu');
}

function findChromium() {
  try {
    const { chromium } = createRequire(new URL('../../test/browser/package.json', import.meta.url))('playwright-core');
    return { chromium, executablePath: execFileSync('which', ['chromium'], { encoding: 'utf8' }).trim() };
  } catch ({ code }) {
    return { reason: code === 'MODULE_NOT_FOUND' ? 'there is no playwright-core (npm ci in test/browser)' : 'there is no chromium' }; // prettier-ignore
  }
}
