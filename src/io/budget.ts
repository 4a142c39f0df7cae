import { ValueError, StateError } from '../core/errors';

const times = 16;
const beside = 2 ** 26;

/** How much memory may be made of a file: a small one can announce more than there is. */
export class Budget {
  private readonly most: number;
  private taken = 0;

  /** @param most what the option `maxBytes` says; default 16 times the file's size and 64 MiB */
  constructor(
    readonly asker: string,
    private readonly fileSize: number,
    most: number | undefined,
  ) {
    if (most !== undefined && !(typeof most === 'number' && most >= 0))
      throw new ValueError(`${asker}: maxBytes must be a number of at least 0, not ${String(most)}`);
    this.most = most ?? times * fileSize + beside;
  }

  /** @throws StateError where it is too much, before the memory is taken */
  take(bytes: number, what: string): void {
    this.taken += bytes;
    if (this.taken <= this.most) return;
    throw new StateError(
      `${this.asker}: with ${what}, a file of ${this.fileSize} bytes becomes ${this.taken}, more than the ${this.most} allowed; if you trust it, pass { maxBytes: ${this.taken} } or more`,
    );
  }
}
