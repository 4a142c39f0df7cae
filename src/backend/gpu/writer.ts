import type { ComputeType } from '../../core/dtype';

/** A variable of a kernel: the text that reads it, and how to set it. */
export interface Variable {
  readonly read: string;
  set(text: string): void;
}

/** The body of a kernel in the making. gpu.js keeps locals as float32, so an int32 is held in two: its halves. */
export class Writer {
  private readonly lines: string[] = [];
  private names = 0;

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

  private declare(kind: 'const' | 'let', type: ComputeType, text: string): { name: string; read: string } {
    const name = this.name('t');
    if (type !== 'int32') {
      this.line(`${kind} ${name} = ${text};`);
      return { name, read: name };
    }
    this.line(`${kind} ${name}h = (${text}) >>> 16;`);
    this.line(`${kind} ${name}l = (${text}) & 65535;`);
    return { name, read: `(${name}h << 16 | ${name}l)` };
  }
}
