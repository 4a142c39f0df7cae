import { ValueError } from '../../core/errors';
import { show } from '../../module/shape-declaration';
import type { Limits } from '../option-limits';
import { LRScheduler, perGroup, required } from './lr-scheduler';

/** A factor by epoch, from 0. */
export type LrLambda = (epoch: number) => number;

export interface LambdaLROptions {
  /** One function, or one for each group. It is not saved with the state. */
  lrLambda: LrLambda | readonly LrLambda[];
}

const defaults: LambdaLROptions = { lrLambda: required };
const limits: Limits<LambdaLROptions> = {};

abstract class FunctionScheduler extends LRScheduler<LambdaLROptions> {
  protected get defaults(): LambdaLROptions {
    return defaults;
  }

  protected get limits(): Limits<LambdaLROptions> {
    return limits;
  }

  protected get factors(): readonly number[] {
    return this.lambdasOf(this.options).map((fn) => fn(this.lastEpoch));
  }

  private lambdasOf({ lrLambda }: LambdaLROptions): LrLambda[] {
    return perGroup<LrLambda>(this.name, 'lrLambda', lrLambda, this.groups);
  }

  protected override check(options: LambdaLROptions): void {
    const wrong = this.lambdasOf(options).find((fn) => typeof fn !== 'function');
    if (wrong !== undefined || options.lrLambda === undefined)
      throw new ValueError(`${this.name}: lrLambda must be a function of the epoch, not ${show(wrong)}`);
  }
}

/**
 * The first rate times a function of the epoch.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.LambdaLR.html
 * @throws ValueError for what is no optimizer or no function, or a rate that is not finite
 * @example const scheduler = new LambdaLR(optimizer, { lrLambda: (epoch) => 0.95 ** epoch });
 */
export class LambdaLR extends FunctionScheduler {
  get name(): string {
    return 'LambdaLR';
  }

  protected rates(): readonly number[] {
    return this.factors.map((factor, i) => this.baseLrs[i] * factor);
  }
}

/**
 * The last rate times a function of the epoch, from epoch 1 on.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.MultiplicativeLR.html
 * @throws ValueError for what is no optimizer or no function, or a rate that is not finite
 * @example const scheduler = new MultiplicativeLR(optimizer, { lrLambda: () => 0.95 });
 */
export class MultiplicativeLR extends FunctionScheduler {
  get name(): string {
    return 'MultiplicativeLR';
  }

  protected rates(isInitial: boolean): readonly number[] {
    return isInitial ? this.currentLrs : this.factors.map((factor, i) => this.groups[i].lr * factor);
  }
}
