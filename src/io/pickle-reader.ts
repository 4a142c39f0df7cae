import { StateError } from '../core/errors';
import { latin1 } from './latin1';

/** Whole numbers that need more bytes than this are no part of a checkpoint. */
const maxIntegerBytes = 1024;

/** Reads a pickle from its start to its end. Every length is checked before it is believed. */
export class PickleReader {
  private at = 0;
  private readonly view: DataView;

  constructor(
    readonly asker: string,
    private readonly bytes: Uint8Array,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  refuse(why: string): never {
    throw new StateError(`${this.asker}: the pickle is damaged at byte ${this.at}: ${why}`);
  }

  /** Moves on by `length` bytes; returns where they begin. */
  private skip(length: number): number {
    if (length > this.bytes.length - this.at)
      this.refuse(`${length} bytes are announced, ${this.bytes.length - this.at} are left`);
    this.at += length;
    return this.at - length;
  }

  uint8(): number {
    return this.bytes[this.skip(1)];
  }
  uint16(): number {
    return this.view.getUint16(this.skip(2), true);
  }
  uint32(): number {
    return this.view.getUint32(this.skip(4), true);
  }
  int32(): number {
    return this.view.getInt32(this.skip(4), true);
  }
  /** A length of 8 bytes. */
  uint64(): number {
    return Number(this.view.getBigUint64(this.skip(8), true));
  }
  float64(): number {
    return this.view.getFloat64(this.skip(8));
  }
  raw(length: number): Uint8Array {
    const begin = this.skip(length);
    return this.bytes.slice(begin, begin + length);
  }
  text(length: number, encoding: 'utf-8' | 'latin1' = 'utf-8'): string {
    const begin = this.skip(length);
    const bytes = this.bytes.subarray(begin, begin + length);
    return encoding === 'latin1' ? latin1(bytes) : new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  }
  line(): string {
    const end = this.bytes.indexOf(0x0a, this.at);
    if (end < 0) this.refuse('a line has no end');
    return this.text(end - this.at + 1).slice(0, -1);
  }
  /** A whole number of any length, in two's complement; a bigint where doubles are not exact. */
  integer(length: number): number | bigint {
    if (length > maxIntegerBytes) this.refuse(`a whole number of ${length} bytes`);
    const bytes = this.raw(length).reverse();
    const digits = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
    const value = BigInt.asIntN(8 * length, BigInt(`0x${digits || '0'}`));
    return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  }
}
