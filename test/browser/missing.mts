import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Where Chromium is; null where it is not. */
export function chromiumPath(): string | null {
  return output('which', 'chromium').trim() || null;
}

/** The file that names SwiftShader to Vulkan, which comes with Debian's Chromium. */
export const softwareVulkan = (): string => process.env.VK_ICD_FILENAMES ?? '/usr/lib/chromium/vk_swiftshader_icd.json';

/** Why the tests of this folder cannot run here; null where they can. */
export function missing(): string | null {
  const absent = [
    chromiumPath() === null && 'chromium',
    !existsSync(softwareVulkan()) && `${softwareVulkan()} (of Debian's chromium)`,
    !output('/sbin/ldconfig', '-p').includes('libvulkan.so.1') && 'libvulkan1',
    !existsSync('test/browser/node_modules/playwright-core') && 'playwright-core (npm ci in test/browser)',
    !existsSync('test/browser/node_modules/webgpu') && 'webgpu (npm ci in test/browser)',
  ].filter(Boolean);
  return absent.length === 0 ? null : `nothing runs in Chromium or on WebGPU: there is no ${absent.join(', no ')}`;
}

function output(command: string, ...args: string[]): string {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return '';
  }
}
