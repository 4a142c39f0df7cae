import { ByteWriter } from './byte-writer';
import { laneMemory, lanes, memory, plain, simd, simdMemory, type MemoryName, type OpName } from './opcodes';

export type ValueType = 'i32' | 'f32' | 'v128';

/** The body of one WebAssembly function in the making: a stack program, written instruction by instruction. */
export class FunctionBuilder {
  readonly code = new ByteWriter();
  /** The functions of the same module that are called, in order, and where in the code their numbers are to stand. */
  readonly calls: { readonly at: number; readonly target: FunctionBuilder }[] = [];
  readonly locals: ValueType[] = [];

  constructor(
    readonly params: readonly ValueType[],
    readonly results: readonly ValueType[] = [],
  ) {}

  /** A new local variable, zero at first. */
  local(type: ValueType): number {
    return this.params.length + this.locals.push(type) - 1;
  }
  get(local: number): this {
    return this.byte(0x20).unsigned(local);
  }
  set(local: number): this {
    return this.byte(0x21).unsigned(local);
  }
  /** Sets a local and leaves the value on the stack. */
  tee(local: number): this {
    return this.byte(0x22).unsigned(local);
  }

  i32(value: number): this {
    this.code.byte(0x41).signed(value | 0);
    return this;
  }
  f32(value: number): this {
    return this.byte(0x43).bytes(new Uint8Array(Float32Array.of(value).buffer));
  }
  /** A vector of 16 bytes. */
  v128(words: Int32Array | Float32Array | Float64Array): this {
    return this.simd(0x0c).bytes(new Uint8Array(words.buffer, words.byteOffset, 16));
  }

  op(name: OpName): this {
    if (name in plain) return this.byte(plain[name as keyof typeof plain]);
    return this.simd(simd[name as keyof typeof simd]);
  }
  /** A load (address on the stack) or store (address and value) at `offset` bytes from the address. */
  memory(name: MemoryName, offset = 0): this {
    const isSimd = name in simdMemory;
    const [code, align] = isSimd ? simdMemory[name as keyof typeof simdMemory] : memory[name as keyof typeof memory];
    return (isSimd ? this.simd(code) : this.byte(code)).unsigned(align).unsigned(offset);
  }
  lane(name: keyof typeof lanes, lane: number): this {
    return this.simd(lanes[name]).byte(lane);
  }
  laneMemory(name: keyof typeof laneMemory, lane: number, offset = 0): this {
    return this.simd(laneMemory[name]).unsigned(2).unsigned(offset).byte(lane);
  }
  /** Takes two vectors; word i of the result is word `words[i]` of their eight. */
  shuffle(words: readonly number[]): this {
    this.simd(0x0d);
    for (const word of words) for (let i = 0; i < 4; i++) this.byte(4 * word + i);
    return this;
  }

  /** Adds a number to a local. */
  increase(local: number, by: number): this {
    return by === 0 ? this : this.get(local).i32(by).op('i32.add').set(local);
  }
  /** Runs the body while it leaves a non-zero i32 on the stack; at least once. */
  repeat(body: () => void): this {
    this.bytes([0x03, 0x40]);
    body();
    return this.bytes([0x0d, 0, 0x0b]);
  }
  /** `repeat` that is passed over where the local is 0. V8 peels an unguarded loop, and may then spill its vectors. */
  repeatIf(local: number, body: () => void): this {
    this.bytes([0x02, 0x40]).get(local).op('i32.eqz').bytes([0x0d, 0]);
    return this.repeat(body).byte(0x0b);
  }
  /** Runs the body `times` times. */
  times(times: number, body: () => void): this {
    if (times === 0) return this;
    if (times === 1) {
      body();
      return this;
    }
    const left = this.local('i32');
    this.i32(times).set(left);
    return this.repeat(() => {
      body();
      this.get(left).i32(1).op('i32.sub').tee(left);
    });
  }
  /** Runs the body as often as a local says, which counts down to 0. */
  countDown(left: number, body: () => void): this {
    return this.repeatIf(left, () => {
      body();
      this.get(left).i32(1).op('i32.sub').tee(left);
    });
  }
  /** Takes an i32 condition from the stack. */
  when(then: () => void, otherwise?: () => void): this {
    this.bytes([0x04, 0x40]);
    then();
    if (otherwise) {
      this.byte(0x05);
      otherwise();
    }
    return this.byte(0x0b);
  }
  return(): this {
    return this.byte(0x0f);
  }
  /** Calls a function of the same module. */
  call(target: FunctionBuilder): this {
    this.byte(0x10);
    this.calls.push({ at: this.code.length, target });
    return this;
  }

  private byte(value: number): this {
    this.code.byte(value);
    return this;
  }
  private bytes(values: ArrayLike<number>): this {
    this.code.bytes(values);
    return this;
  }
  private unsigned(value: number): this {
    this.code.unsigned(value);
    return this;
  }
  /** An instruction behind the SIMD prefix. */
  private simd(code: number): this {
    return this.byte(0xfd).unsigned(code);
  }
}
