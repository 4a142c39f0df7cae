import { ShapeError, ValueError } from '../core/errors';
import { showShape } from '../core/shape';
import { show } from '../core/show';
import type { Node } from '../graph/node';
import type { Tensor } from './tensor';
import { isTensor, wrap } from './wrap';

/** @throws where what is to be the gradient of `owner` cannot be it: another shape would be broadcast by the step */
export function checkGradient(owner: Tensor, value: unknown): void {
  const name = `${owner.label ?? 'the tensor'}.grad`;
  if (!isTensor(value)) throw new ValueError(`${name} is a tensor or null, not ${show(value)}`);
  if (value.node.shape !== owner.node.shape)
    throw new ShapeError(`${name}: the gradient ${showShape(value.shape)} must have the shape ${showShape(owner.shape)}`); // prettier-ignore
}

/**
 * The gradient of a leaf, and the storage of one that is gone: what backward collected and nobody but the library looked
 * at is written over by the next, so that training makes no garbage of the size of the model.
 */
export class CollectedGradient {
  #value: Tensor | null = null;
  #isSeen = false;
  #isOwn = false;
  #spare: Node | null = null;

  /** For the library's own reading, which holds on to nothing. */
  get value(): Tensor | null {
    return this.#value;
  }
  /** Whether it was collected, and nobody put it there who may have put it elsewhere too. */
  get isOwn(): boolean {
    return this.#isOwn;
  }
  /** For everybody else, who may keep it. */
  show(): Tensor | null {
    this.#isSeen = true;
    return this.#value;
  }
  put(value: Tensor | null): void {
    if (this.#value !== null && !this.#isSeen) this.#spare = this.#value.node;
    this.#value = value;
    this.#isSeen = value !== null;
    this.#isOwn = false;
  }

  /** Lets the node, which will be the gradient, write over what is there to be written over. */
  recycle(node: Node): void {
    node.isGradient = true;
    const spare = this.#spare;
    if (spare?.shape === node.shape && spare.device === node.device) node.recycled = spare.cell;
    this.#spare = null;
  }
  /** Takes what was computed for it. */
  collect(node: Node): void {
    this.put(wrap(node));
    this.#isSeen = false;
    this.#isOwn = true;
  }
}
