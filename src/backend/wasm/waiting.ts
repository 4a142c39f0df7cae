import type { FunctionBuilder } from './function-builder';
import type { Simple } from './accumulator';

/**
 * An accumulator of many neighbouring results, which stand in memory until their turn comes: at the address in the local `at`
 * what it adds up, and where that is in parts, the whole at `result`.
 */
export class Waiting {
  /** `offset`: of this one's memory from others'. */
  constructor(
    private readonly f: FunctionBuilder,
    private readonly running: Simple,
    private readonly offset: number,
  ) {}

  begin(at: number, result: number): void {
    const { f, running } = this;
    f.get(at).v128(running.neutral).memory('v128.store', this.offset);
    if (running.inParts) f.get(result).v128(running.neutral).memory('v128.store');
  }
  resume(at: number): void {
    this.f.get(at).memory('v128.load', this.offset).set(this.running.value);
  }
  at(): void {}
  take(value: number, count: number): void {
    this.running.take(value, count);
  }
  wait(at: number): void {
    this.f.get(at).get(this.running.value).memory('v128.store', this.offset);
  }
  flush(at: number, result: number): void {
    const { f, running, offset } = this;
    if (!running.inParts) return;
    f.get(result).get(result).memory('v128.load').get(at).memory('v128.load', offset);
    f.op(running.combine).memory('v128.store');
    f.get(at).v128(running.neutral).memory('v128.store', offset);
  }
  end(at: number, result: number): void {
    if (!this.running.inParts) this.f.get(result).get(at).memory('v128.load', this.offset).memory('v128.store');
  }
}
