import { createRequire } from 'node:module';
import { join } from 'node:path';
import { bundle } from './bundle';
import { chromiumPath } from './missing.mjs';
import type { Place } from './place';
import { serve } from './serve';

/** As much of playwright-core as is used here: it is installed in this folder alone, and types are checked without it. */
export interface Page {
  on(event: 'console', listener: (message: { type(): string; text(): string }) => void): void;
  on(event: 'pageerror', listener: (error: Error) => void): void;
  on(event: 'request', listener: (request: { url(): string }) => void): void;
  goto(address: string): Promise<unknown>;
  evaluate<A, R>(run: (given: A) => R, given: A): Promise<Awaited<R>>;
  waitForFunction<A>(run: (given: A) => unknown, given: A, options?: { timeout: number }): Promise<unknown>;
  locator(selector: string): Locator;
  setViewportSize(size: { width: number; height: number }): Promise<void>;
  emulateMedia(media: { colorScheme: 'dark' | 'light'; media?: 'print' | 'screen' }): Promise<void>;
  screenshot(options: { path: string; fullPage: boolean }): Promise<unknown>;
  readonly mouse: {
    move(x: number, y: number, options?: { steps: number }): Promise<void>;
    down(): Promise<void>;
    up(): Promise<void>;
  };
  readonly keyboard: { press(key: string): Promise<void>; type(text: string): Promise<void> };
  close(): Promise<void>;
}
interface Locator {
  click(): Promise<void>;
  focus(): Promise<void>;
  selectOption(value: string): Promise<unknown>;
  textContent(): Promise<string | null>;
  boundingBox(): Promise<{ x: number; y: number; width: number; height: number } | null>;
}
export interface Browser {
  newPage(): Promise<Page>;
  close(): Promise<void>;
}
interface Playwright {
  readonly chromium: { launch(options: { executablePath: string; args: readonly string[] }): Promise<Browser> };
}

const quiet = ['--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-quic']; // prettier-ignore
const softwareGpu = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'];
/** The exact size of the heap, and `gc()`. */
const heap = ['--enable-precise-memory-info', '--js-flags=--expose-gc'];

/** Chromium without a window and with a fresh profile. */
export function launchChromium(): Promise<Browser> {
  const { chromium } = createRequire(join(process.cwd(), 'test/browser/package.json'))('playwright-core') as Playwright;
  const args = ['--no-sandbox', ...quiet, ...softwareGpu, ...heap];
  return chromium.launch({ executablePath: chromiumPath()!, args });
}

/** Every run has a page of its own, isolated across origins or not. */
export async function openChromium({ isolated = true } = {}): Promise<Place> {
  const served = await serve(await bundle('test/browser/in-page.ts', 'browser'), isolated);
  const browser = await launchChromium().catch(async (error) => {
    await served.close();
    throw error;
  });
  return {
    run: async (name, device) => runIn(await browser.newPage(), served.address, [name, device]),
    async close() {
      await browser.close();
      await served.close();
    },
  };
}

/** Collects what a page complains about. */
export function errorsOf(page: Page): readonly string[] {
  const errors: string[] = [];
  page.on('console', (message) => void (message.type() === 'error' && errors.push(message.text())));
  page.on('pageerror', (error) => void errors.push(String(error.stack ?? error)));
  return errors;
}

async function runIn(page: Page, address: string, given: [string, string]): Promise<never> {
  const errors = errorsOf(page);
  try {
    await page.goto(address);
    const report = await page.evaluate(inPage, given);
    if (errors.length > 0) throw new Error(`${given.join(' on ')}: the page had errors:\n${errors.join('\n')}`);
    return report as never;
  } finally {
    await page.close();
  }
}

/** Runs in the page. */
function inPage([name, device]: [string, string]): Promise<unknown> {
  const { programs } = globalThis as unknown as { programs: Record<string, (device: string) => Promise<unknown>> };
  return programs[name](device);
}
