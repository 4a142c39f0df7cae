import { StateError } from '../core/errors';
import { checkSizes, product, showShape, stridesOf } from '../core/shape';
import { tensor, type Tensor } from '../tensor';
import type { Budget } from './budget';
import type { Encoded } from './coding';
import { elements, type ElementName, type Values } from './elements';
import { gather } from './gather';
import { readValues } from './read-tensor';
import { isSizes } from './sizes';
import type { TorchArchive } from './torch-archive';

/** The bytes that tensors of PyTorch are views of. */
export class TorchStorage {
  constructor(
    readonly key: string,
    /** Absent where the tensor says it. */
    readonly dtype: ElementName | undefined,
    /** How many elements there are; bytes, where there is no dtype. */
    readonly count: number,
  ) {}

  /** Bytes that it is said to have. */
  get size(): number {
    return this.count * (this.dtype === undefined ? 1 : elements[this.dtype].bytes);
  }
}

/** Where a tensor lies in its storage, in elements. */
interface View {
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

/** Where tensors come from. */
export interface TorchFile {
  readonly archive: TorchArchive;
  readonly littleEndian: boolean;
  readonly budget: Budget;
}

/** The tensor that the arguments of `torch._utils._rebuild_tensor_v2` describe; of `_v3` with a dtype. */
export async function rebuildTensor(file: TorchFile, args: readonly unknown[], dtype?: unknown): Promise<Tensor> {
  const { asker } = file.budget;
  const [storage, offset, shape, strides, requiresGrad] = args;
  if (!(storage instanceof TorchStorage)) throw new StateError(`${asker}: a tensor is made of what is no storage`);
  const name = storage.dtype ?? elementName(asker, dtype);
  const view = viewOf(asker, offset, shape, strides);
  const element = elements[name];
  const values = await readView(file, storage, view, { element, littleEndian: file.littleEndian });
  if (requiresGrad === true && element.becomes !== 'float32')
    throw new StateError(`${asker}: a tensor of ${name} is said to require gradients`);
  return tensor(values, { shape: view.shape, dtype: element.becomes, requiresGrad: requiresGrad === true });
}

function elementName(asker: string, dtype: unknown): ElementName {
  const name = String(dtype).replace(/^torch\./, '');
  if (Object.hasOwn(elements, name)) return name as ElementName;
  throw new StateError(
    `${asker}: a tensor has dtype ${name.slice(0, 40)}; known are ${Object.keys(elements).join(', ')}`,
  );
}

function viewOf(asker: string, offset: unknown, shape: unknown, strides: unknown): View {
  if (isSizes([offset]) && isSizes(shape) && isSizes(strides) && shape.length === strides.length) {
    checkSizes(shape, asker);
    return { offset: offset as number, shape, strides };
  }
  throw new StateError(`${asker}: a tensor has no valid shape, strides or offset`);
}

/** How many elements lie from the first to the last. */
function spanOf({ shape, strides }: View): number {
  return product(shape) === 0 ? 0 : shape.reduce((span, dim, axis) => span + (dim - 1) * strides[axis], 1);
}

const isContiguous = ({ shape, strides }: View): boolean => {
  const plain = stridesOf(shape);
  return product(shape) === 0 || shape.every((dim, axis) => dim === 1 || strides[axis] === plain[axis]);
};

async function readView(file: TorchFile, storage: TorchStorage, view: View, encoded: Encoded): Promise<Values> {
  const { asker } = file.budget;
  const source = await file.archive.storage(storage.key);
  const [span, bytes] = [spanOf(view), encoded.element.bytes];
  const size = Math.min(storage.size, source.size);
  if ((view.offset + span) * bytes > size)
    throw new StateError(
      `${asker}: a tensor of ${showShape(view.shape)} needs ${(view.offset + span) * bytes} bytes, its storage '${storage.key}' has ${size}`,
    );
  file.budget.take(Math.max(span, product(view.shape)) * 4, `a tensor of ${showShape(view.shape)}`);
  const values = await readValues(source, view.offset * bytes, span, encoded, asker);
  return isContiguous(view) ? values : gather(values, view);
}
