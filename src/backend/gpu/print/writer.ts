import type { ComputeType } from '../../../core/dtype';
import type { IntText } from './int-text';
import { floatLiteral } from './literal';

/** A variable of a kernel: the text that reads it, and how to set it. */
export interface Variable {
  readonly read: string;
  set(text: string): void;
}

/** The body of a kernel in the making. gpu.js keeps locals as float32, so an int32 is held in two: its halves. */
export class Writer {
  private readonly lines: string[] = [];
  private names = 0;

  constructor(readonly ints: IntText) {}

  /** A number as a constant of that type. */
  literal(type: ComputeType, value: number): string {
    return type === 'int32' ? this.ints.literal(value) : floatLiteral(value);
  }

  line(text: string): void {
    this.lines.push(text);
  }

  block(head: string, body: () => void): void {
    this.line(`${head} {`);
    body();
    this.line('}');
  }

  /** The body under conditions; bare where there are none. */
  blockIf(conditions: readonly string[], body: () => void): void {
    if (conditions.length === 0) body();
    else this.block(`if (${conditions.join(' && ')})`, body);
  }

  name(prefix: string): string {
    return `${prefix}${this.names++}`;
  }

  /** Computes the text once, here; the result reads it. */
  hold(type: ComputeType, text: string): string {
    return this.declare('const', type, text).read;
  }

  variable(type: ComputeType, start: string): Variable {
    const { name, read } = this.declare('let', type, start);
    return { read, set: (text) => this.assign(type, name, text) };
  }

  toString(): string {
    return this.lines.join('\n');
  }

  private assign(type: ComputeType, name: string, text: string): void {
    if (type !== 'int32') return this.line(`${name} = ${text};`);
    const next = this.declare('const', type, text).name; // both halves are taken before either changes
    for (const half of ['h', 'l']) this.line(`${name}${half} = ${next}${half};`);
  }

  /** An int32 as its halves, each computed once. */
  halves(text: string): { name: string; read: { readonly high: string; readonly low: string } } {
    return this.declareHalves('const', text);
  }

  private declare(kind: 'const' | 'let', type: ComputeType, text: string): { name: string; read: string } {
    if (type === 'int32') {
      const { name, read } = this.declareHalves(kind, text);
      return { name, read: this.ints.join(read.high, read.low) };
    }
    const name = this.name('t');
    this.line(`${kind} ${name} = ${text};`);
    return { name, read: name };
  }

  private declareHalves(kind: 'const' | 'let', text: string) {
    const name = this.name('t');
    const read = { high: `${name}h`, low: `${name}l` };
    this.line(`${kind} ${read.high} = ${this.ints.high(text)};`);
    this.line(`${kind} ${read.low} = ${this.ints.low(text)};`);
    return { name, read };
  }
}
