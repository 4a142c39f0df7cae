// What shapes in the types cost the compiler: the time to check 500 mixed layers whose sizes the types know, beside the
// same layers with plain `Tensor`s and sizes that are only numbers. Run it on a quiet machine, after `npm run build`.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [count, rounds] = [500, 5];
const compilers = ['typescript-5.9', 'typescript', 'typescript-7'];
const imports = `import { Flatten, GELU, Linear, Module, module, param, randn, ReLU, Sequential, type Parameter, type Tensor } from 'decograd';\n`;

/** Layer number i; `t` gives the type of a tensor with these sizes, `n` an expression for a size. */
const kinds = [
  (i, t, n) => `@module class L${i} extends Module {
    readonly size: number = ${i}; @param([${n(i + 8)}, ${n(i + 9)}]) w!: Parameter${t([i + 8, i + 9])}; @param([${n(i + 9)}]) b!: Parameter${t([i + 9])};
    forward(x: Tensor${t(['batch', i + 8])}) { return x.matmul(this.w).add(this.b).relu(); } }`,
  (i, t, n) => `@module class L${i} extends Module {
    body = new Sequential(new Linear(${n(i + 4)}, ${n(i + 5)}), new ReLU(), new Linear(${n(i + 5)}, ${n(i + 6)}));
    forward(x: Tensor${t([32, i + 4])}) { return this.body.forward(x).softmax(-1); } }`,
  (i, t, n) => `@module class L${i} extends Module {
    q = new Linear(${n(i + 16)}, ${n(i + 16)}); k = new Linear(${n(i + 16)}, ${n(i + 16)});
    forward(x: Tensor${t(['batch', 'time', i + 16])}) { return this.q.forward(x).matmul(this.k.forward(x).transpose()).mul(0.1).softmax(-1).matmul(x); } }`,
  (i, t, n) => `@module class L${i} extends Module {
    @param([${n(i + 7)}], { init: 1 }) gain!: Parameter${t([i + 7])}; @param([${n(i + 7)}], { init: 0 }) shift!: Parameter${t([i + 7])};
    forward(x: Tensor${t([64, i + 7])}) { const m = x.mean(-1, true); return x.sub(m).div(x.var(-1, { keepdim: true }).add(1e-5).sqrt()).mul(this.gain).add(this.shift); } }`,
  (i, t, n) => `@module class L${i} extends Module {
    flat = new Flatten(); up = new Linear(${n(4 * (i + 3))}, ${n(i + 3)}); act = new GELU();
    forward(x: Tensor${t([16, 4, i + 3])}) { return this.act.forward(this.up.forward(this.flat.forward(x))).unsqueeze(-1).sum(1).add(randn([${n(16)}, 1])); } }`,
];

const folder = mkdtempSync('.type-cost-');
process.on('exit', () => rmSync(folder, { recursive: true }));

const typed = [(sizes) => `<[${sizes.map((s) => JSON.stringify(s)).join()}]>`, String];
const untyped = [() => '', (size) => `num(${size})`];
function write(name, [type, size]) {
  const layers = Array.from({ length: count }, (_, i) => kinds[i % kinds.length](i, type, size));
  const head = `${imports}const num = (n: number): number => n;\n`;
  writeFileSync(join(folder, `${name}.ts`), `${head}${layers.join('\n')}\nexport { ${layers.map((_, i) => `L${i}`).join()} };\n`); // prettier-ignore
}
write('typed', typed);
write('untyped', untyped);
writeFileSync(join(folder, 'empty.ts'), `${imports}export type T = Tensor;\n`);
const names = ['typed', 'untyped', 'empty'];
for (const name of names) {
  const paths = { decograd: ['../dist/types/index.d.mts'] };
  const compilerOptions = { target: 'es2022', module: 'esnext', moduleResolution: 'bundler', strict: true, noEmit: true, skipLibCheck: true, experimentalDecorators: true, types: [], paths }; // prettier-ignore
  writeFileSync(join(folder, `${name}.json`), JSON.stringify({ compilerOptions, files: [`${name}.ts`] }));
}

function check(compiler, name) {
  const bin = `node_modules/${compiler}/bin/tsc`;
  const out = execFileSync(process.execPath, [bin, '-p', join(folder, `${name}.json`), '--extendedDiagnostics'], { encoding: 'utf8' }); // prettier-ignore
  const figure = (label) => Number(new RegExp(`^${label}:\\s+([\\d.]+)`, 'm').exec(out)[1]);
  return { time: figure('Check time'), instantiations: figure('Instantiations') };
}

for (const compiler of compilers) {
  const { version } = JSON.parse(readFileSync(`node_modules/${compiler}/package.json`, 'utf8'));
  const best = Object.fromEntries(names.map((name) => [name, Infinity]));
  const counts = {};
  for (let round = 0; round < rounds; round++)
    for (const name of names) {
      const { time, instantiations } = check(compiler, name);
      best[name] = Math.min(best[name], time);
      counts[name] = instantiations;
    }
  const own = { typed: best.typed - best.empty, untyped: best.untyped - best.empty };
  console.log(
    `TypeScript ${version}: ${best.typed.toFixed(2)} s typed, ${best.untyped.toFixed(2)} s untyped, ${best.empty.toFixed(2)} s without layers; ` +
      `ratio ${(best.typed / best.untyped).toFixed(2)}, of the layers alone ${(own.typed / own.untyped).toFixed(2)}; ` +
      `instantiations ${counts.typed} against ${counts.untyped}`,
  );
}
