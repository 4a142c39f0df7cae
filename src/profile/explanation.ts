import type { MachineLimits } from '../backend/watch';
import { costOf, type Cost } from '../kernels/cost';
import type { Kernel } from '../kernels/kernels';
import { explanationText } from './explanation-text';
import type { RanKernel, Recording } from './recording';

/** One kernel of an {@link Explanation}. */
export interface ExplainedKernel {
  /** The operations that it computes. */
  readonly name: string;
  readonly kind: Kernel['kind'];
  /** Of what it goes through; what it folds stands in `over`. */
  readonly shape: readonly number[];
  readonly over: readonly number[];
  /** The device that ran it. */
  readonly device: string;
  /** How often a step runs it. The numbers below are sums over these. */
  readonly calls: number;
  readonly bytes: number;
  readonly flops: number;
  readonly milliseconds: number;
  /** What the machine would need, by its limit, as a share of the time; null where the limit is not known. */
  readonly share: number | null;
  /** Which limit that is. */
  readonly bound: 'arithmetic' | 'memory' | null;
}

export interface ExplainedTotals {
  readonly kernels: number;
  readonly bytes: number;
  readonly flops: number;
  /** The whole step. */
  readonly milliseconds: number;
  /** Of that, in kernels; the rest is the step's own code, recording, planning, and handing values in and out. */
  readonly inKernels: number;
  readonly planning: number;
  readonly evaluations: number;
  /** Plans that were made in the measured runs: 0 where steps are alike. */
  readonly newPlans: number;
  readonly share: number | null;
}

/** What a step runs, each kernel with the least time that it took in several runs. */
export class Explanation {
  readonly kernels: readonly ExplainedKernel[];
  readonly totals: ExplainedTotals;

  constructor(recordings: readonly Recording[], limitsOf: (device: string) => MachineLimits | null) {
    const limits = new Map([...new Set(recordings[0].kernels.map(({ device }) => device))].map((device) => [device, limitsOf(device)])); // prettier-ignore
    const fastest = recordings.reduce((a, b) => (b.total < a.total ? b : a));
    const alike = recordings.filter(({ kernels }) => sameKernels(kernels, fastest.kernels));
    this.kernels = fastest.kernels.map((kernel, i) => {
      const milliseconds = Math.min(...alike.map(({ kernels }) => kernels[i].milliseconds));
      return explained({ ...kernel, milliseconds }, limits.get(kernel.device) ?? null);
    });
    const sum = (of: (kernel: ExplainedKernel) => number): number => this.kernels.reduce((a, k) => a + of(k), 0);
    const isKnown = this.kernels.length > 0 && this.kernels.every(({ share }) => share !== null);
    this.totals = {
      kernels: sum(({ calls }) => calls),
      bytes: sum(({ bytes }) => bytes),
      flops: sum(({ flops }) => flops),
      milliseconds: fastest.total,
      inKernels: fastest.kernels.reduce((a, { milliseconds }) => a + milliseconds, 0),
      planning: fastest.planning,
      evaluations: fastest.evaluations,
      newPlans: recordings.reduce((a, { newPlans }) => a + newPlans, 0),
      share: isKnown ? sum(({ share, milliseconds }) => share! * milliseconds) / fastest.total : null,
    };
  }

  /** A table for people. */
  toString(): string {
    return explanationText(this);
  }
  toJSON(): { kernels: readonly ExplainedKernel[]; totals: ExplainedTotals } {
    return { kernels: this.kernels, totals: this.totals };
  }
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}

function sameKernels(a: readonly RanKernel[], b: readonly RanKernel[]): boolean {
  return a.length === b.length && a.every(({ step, calls }, i) => step === b[i].step && calls === b[i].calls);
}

function explained({ step, device, calls, milliseconds }: RanKernel, limits: MachineLimits | null): ExplainedKernel {
  const { kernel, name } = step;
  const cost = costOf(kernel);
  const needed = limits && fastest(cost, limits);
  return {
    name,
    kind: kernel.kind,
    shape: kernel.dims,
    over: 'over' in kernel ? kernel.over : [],
    device,
    calls,
    bytes: calls * cost.bytes,
    flops: calls * cost.flops,
    milliseconds,
    share: needed && milliseconds > 0 ? (calls * needed.milliseconds) / milliseconds : null,
    bound: needed && needed.bound,
  };
}

/** The roofline: whichever takes longer, the arithmetic or the bytes (Williams, Waterman and Patterson, 2009). */
function fastest({ bytes, operations }: Cost, limits: MachineLimits): Pick<ExplainedKernel, 'bound' | 'milliseconds'> {
  const reach = limits.bandwidth.find((at) => at.bytes >= bytes) ?? limits.bandwidth.at(-1)!;
  const [arithmetic, memory] = [operations / limits.operations, bytes / reach.perSecond];
  return { milliseconds: 1000 * Math.max(arithmetic, memory), bound: arithmetic > memory ? 'arithmetic' : 'memory' };
}
