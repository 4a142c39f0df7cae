import type { Examination, ExaminedDevice } from './examine';

const columns = 80;
/** The first Node whose V8 joins vectors. */
const joinsFrom = 24;

/** The examination as people read it, at 80 columns. */
export function reportText({ versions, platform, cpu, auto, devices }: Examination): string {
  const { cores, threads, simd, multiplyAdd, vectorBits } = cpu;
  const arithmetic = `${simd ? `SIMD of ${vectorBits} bits` : 'no SIMD'}, ${multiplyAdd ? 'fused multiply-add' : 'no fused multiply-add'}`;
  return [
    `decograd ${versions.decograd}, Node ${versions.node}, V8 ${versions.v8}, ${platform}`,
    `CPU: ${threads} ${threads === 1 ? 'thread' : 'threads'} on ${cores} ${cores === 1 ? 'core' : 'cores'}, ${arithmetic}`,
    auto === null ? "device('auto') fails" : `device('auto') takes ${auto}`,
    ...(simd ? widerVectors(versions.node, platform, vectorBits) : []),
    ...tableOf(devices),
  ].join('\n');
}

/** What would make vectors longer. */
function widerVectors(node: string, platform: string, bits: number): string[] {
  if (bits === 256 || !platform.endsWith(' x64') || Number.parseInt(node, 10) >= joinsFrom) return [];
  return [`Node ${joinsFrom} and later compute with vectors of 256 bits where there is AVX2`];
}

/** A name at the left, what there is to say of it at the right. */
function tableOf(devices: readonly ExaminedDevice[]): string[] {
  const width = Math.max(...devices.map(({ name }) => name.length)) + 2;
  return devices.flatMap((device) => {
    const lines = linesOf(device).flatMap((line) => wrapped(line, columns - width));
    return ['', ...lines.map((line, i) => (i === 0 ? device.name : '').padEnd(width).concat(line))];
  });
}

function linesOf({ name, kind, isUsable, isSoftware, reason, adapter, limits, matmul, problem }: ExaminedDevice) {
  const plain = (text: string): string => text.replace(`${name}: `, '');
  if (!isUsable) return [`${problem === null ? 'not usable' : 'broken'}: ${plain(reason!)}`];
  const what = isSoftware && kind === 'GPU' ? 'in place of a GPU, in software' : kind;
  const sizes = Object.entries(limits).map(([limit, value]) => `${limit} ${value}`);
  const speed = matmul && `${figure(matmul.gflops)} GFLOP/s in products of ${matmul.size} by ${matmul.size}`;
  return [
    `${what}: ${adapter}`,
    speed ?? `broken: ${plain(problem!)}`,
    ...(sizes.length > 0 ? [sizes.join(', ')] : []),
  ];
}

/** Three digits, or all before the point. */
const figure = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));

/** Broken between words. */
function wrapped(text: string, width: number): string[] {
  const lines = [''];
  for (const word of text.split(/\s+/)) {
    const line = lines.at(-1)!;
    if (line !== '' && line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines;
}
