import { alignedTable } from '../core/table';
import type { Explanation, ExplainedKernel } from './explanation';

const columns: readonly { name: string; of: (kernel: ExplainedKernel) => string; right?: true }[] = [
  { name: 'kernel', of: ({ name }) => shortened(name) },
  { name: 'kind', of: ({ kind }) => kind },
  { name: 'shape', of: ({ shape, over }) => `[${shape.join(', ')}]${over.length > 0 ? ` over [${over.join(', ')}]` : ''}` }, // prettier-ignore
  { name: 'device', of: ({ device }) => device },
  { name: 'calls', of: ({ calls }) => String(calls), right: true },
  { name: 'bytes', of: ({ bytes }) => inUnits(bytes), right: true },
  { name: 'FLOP', of: ({ flops }) => inUnits(flops), right: true },
  { name: 'ms', of: ({ milliseconds }) => inMilliseconds(milliseconds), right: true },
  { name: 'of limit', of: ({ share }) => percent(share), right: true },
  { name: 'bound by', of: ({ bound }) => bound ?? '' },
];

/** The kernels in the order in which they run, and below them what the whole step took. */
export function explanationText({ kernels, totals }: Explanation): string {
  const rows = [columns.map(({ name }) => name), ...kernels.map((kernel) => columns.map(({ of }) => of(kernel)))];
  const table = kernels.length > 0 ? `${alignedTable(rows, columns.map(({ right = false }) => right))}\n\n` : ''; // prettier-ignore
  const { milliseconds, inKernels, planning, evaluations, newPlans, share } = totals;
  const outside = Math.max(0, milliseconds - inKernels);
  const lines = [
    `${counted(totals.kernels, 'kernel')} in ${counted(evaluations, 'evaluation')}: ${inUnits(totals.bytes)}B, ${inUnits(totals.flops)}FLOP`,
    `${milliseconds.toFixed(3)} ms: ${inKernels.toFixed(3)} in kernels, ${outside.toFixed(3)} in recording and dispatch ` +
      `(${percent(outside / milliseconds)}), of which ${planning.toFixed(3)} to find the plan`,
    ...(share === null ? [] : [`${percent(share)} of what the machine could do`]),
    ...(newPlans > 0 ? [`${counted(newPlans, 'new plan')} made: the steps are not alike`] : []),
  ];
  return table + lines.join('\n');
}

const longest = 48;
const shortened = (name: string): string => (name.length > longest ? `${name.slice(0, longest - 3)}...` : name);

const percent = (share: number | null): string => (share === null ? '' : `${(100 * share).toFixed(0)}%`);

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

/** A small kernel takes less than a microsecond, which three decimals would call nothing. */
const inMilliseconds = (time: number): string => (time > 0 && time < 0.01 ? time.toFixed(5) : time.toFixed(3));

/** Three figures and the prefix of a unit, such as `1.57 M`. */
function inUnits(value: number): string {
  const prefixes = ['', 'k', 'M', 'G', 'T'];
  const at = value < 1 ? 0 : Math.min(prefixes.length - 1, Math.floor(Math.log10(value) / 3));
  const scaled = value / 1000 ** at;
  return `${at === 0 ? scaled : scaled.toPrecision(scaled >= 1000 ? 4 : 3)} ${prefixes[at]}`;
}
