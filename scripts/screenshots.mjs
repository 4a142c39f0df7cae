// Makes docs/report.png and docs/progress.png anew, of one run of the digits in a pseudo-terminal. It needs what the tests in
// test/browser need, and `script` of util-linux.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const { chromium } = createRequire(resolve('test/browser/package.json'))('playwright-core');
const columns = 104;

/** What the run writes to a terminal, escape sequences and all. */
function runInTerminal(report, out) {
  const run = `node --conditions=decograd-source -r ts-node/register examples/digits.ts --report ${report} --out ${out}`;
  const shell = `stty cols ${columns} rows 40; ${run}`;
  return execFileSync('script', ['-qfec', shell, '/dev/null'], { encoding: 'utf8', env: { ...process.env, TERM: 'xterm-256color' } }); // prettier-ignore
}

/** The output as it was when the bar first stood at this batch of the third epoch or a later one: it does not show them all. */
function until(output, batch) {
  const bar = [...output.matchAll(/epoch 3\/4 [█░]+ (\d+)\/469/g)].find(([, at]) => Number(at) >= batch);
  if (bar === undefined) throw new Error(`the bar was at no batch from ${batch} on of the third epoch`);
  return output.slice(0, output.indexOf('left', bar.index) + 'left'.length);
}

/** The lines that a terminal shows: moves to a column and erasures are followed, other sequences are left out. */
function linesOf(output) {
  const lines = [''];
  let column = 0;
  const keep = (text) => void (lines[lines.length - 1] = text);
  const line = () => lines.at(-1);
  // eslint-disable-next-line no-control-regex
  for (const [token, parameters, code] of output.matchAll(/\u001b\[([\d;?]*)([A-Za-z])|\u001b.|[^]/gu)) {
    if (code === 'G') column = Number(parameters || 1) - 1;
    else if (code === 'K') keep(parameters === '2' ? '' : line().slice(0, column));
    else if (token === '\r') column = 0;
    else if (token === '\n') column = lines.push('') * 0;
    else if (token[0] !== '\u001b') keep(line().slice(0, column).padEnd(column) + token + line().slice(++column));
  }
  return lines;
}

const escaped = (text) => text.replace(/[&<]/g, (c) => (c === '&' ? '&amp;' : '&lt;'));

/** A window of a terminal with these lines in it. */
const terminalPage = (lines) => `<!doctype html><meta charset="utf-8"><style>
body { margin: 0; padding: 24px; width: max-content; background: #fff; }
main { border-radius: 10px; background: #16181d; color: #e3e3df; overflow: hidden; box-shadow: 0 2px 10px #0004; }
header { display: flex; gap: 8px; padding: 12px 14px; background: #23262d; }
i { width: 12px; height: 12px; border-radius: 6px; background: #4a4f5a; }
pre { margin: 0; padding: 16px 20px 20px; font: 14px/1.5 'DejaVu Sans Mono', monospace; min-width: ${columns}ch; }
b { color: #7db4ff; font-weight: normal; }
</style><main><header><i></i><i></i><i></i></header><pre><b>$</b> npm start -- --report run.html\n${escaped(lines.join('\n'))}</pre></main>`;

const folder = mkdtempSync(join(tmpdir(), 'screenshots-'));
const [report, terminal] = [join(folder, 'report.html'), join(folder, 'terminal.html')];
const browser = await chromium.launch({ executablePath: execFileSync('which', ['chromium'], { encoding: 'utf8' }).trim(), args: ['--no-sandbox'] }); // prettier-ignore

async function picture(file, path, viewport, selector) {
  const page = await browser.newPage({ viewport });
  await page.goto(pathToFileURL(file).href);
  await (selector ? page.locator(selector) : page).screenshot({ path });
  console.log(path);
}

try {
  const output = runInTerminal(report, join(folder, 'weights.safetensors'));
  writeFileSync(terminal, terminalPage(linesOf(until(output, 280)).slice(-12)));
  await picture(report, 'docs/report.png', { width: 1080, height: 1580 });
  await picture(terminal, 'docs/progress.png', { width: 1100, height: 600 }, 'body');
} finally {
  await browser.close();
  rmSync(folder, { recursive: true });
}
