// Text to learn from: the declarations of JavaScript's own library, which the npm package typescript carries.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { tensor, type Tensor } from 'decograd';

/** A text as numbers: each stands for one of `letters`. */
export class Letters {
  readonly letters: readonly string[];
  readonly written: Int32Array;

  constructor(text: string) {
    this.letters = [...new Set(text)].sort();
    this.written = this.read(text);
  }
  read(text: string): Int32Array {
    return Int32Array.from(text, (letter) => this.letters.indexOf(letter));
  }
  show(codes: readonly number[]): string {
    return codes.map((code) => this.letters[code]).join('');
  }

  /** Batches of `count` random pieces [count, length], each with what follows its letters [count * length]. */
  *batches(batches: number, count: number, length: number, random: () => number): Generator<[Tensor, Tensor]> {
    for (let i = 0; i < batches; i++) {
      const starts = Array.from({ length: count }, () => Math.floor(random() * (this.written.length - length)));
      const pieces = (ahead: number) => Int32Array.from(starts.flatMap((at) => [...this.written.subarray(at + ahead, at + ahead + length)])); // prettier-ignore
      yield [tensor(pieces(0), { shape: [count, length] }), tensor(pieces(1))];
    }
  }
}

export const declarations = (): Letters =>
  new Letters(readFileSync(join(dirname(require.resolve('typescript')), 'lib.es5.d.ts'), 'utf8').replace(/\r/g, ''));
