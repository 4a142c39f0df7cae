import { StateError } from '../core/errors';
import { isTensor, Parameter } from '../tensor';
import { elements, type ElementName } from './elements';
import { describe, Global, setKey, type Dict } from './pickle-machine';
import { isSizes } from './sizes';
import { rebuildTensor, TorchStorage, type TorchFile } from './torch-tensor';

type Args = readonly unknown[];

/** PyTorch's classes of storages, and what lies in them. */
const storageTypes: Readonly<Record<string, ElementName | undefined>> = {
  'torch.DoubleStorage': 'float64', 'torch.FloatStorage': 'float32', 'torch.HalfStorage': 'float16',
  'torch.BFloat16Storage': 'bfloat16', 'torch.LongStorage': 'int64', 'torch.IntStorage': 'int32',
  'torch.ShortStorage': 'int16', 'torch.CharStorage': 'int8', 'torch.ByteStorage': 'uint8',
  'torch.BoolStorage': 'bool', 'torch.storage.UntypedStorage': undefined,
}; // prettier-ignore

const dtypeNames = [...Object.keys(elements), 'complex32', 'complex64', 'complex128'].map((name) => `torch.${name}`);

/** What a name in a pickle of PyTorch may be: nothing else is ever made, and none of it runs code. */
export class TorchGlobals {
  private readonly allowed: ReadonlyMap<string, Global>;

  constructor(private readonly file: TorchFile) {
    const makers = { ...this.tensors(), ...this.values() };
    const types = [...Object.keys(storageTypes), 'torch.Tensor', 'torch.nn.parameter.Parameter'];
    this.allowed = new Map([
      ...Object.entries(makers).map(([name, make]) => [name, new Global(name, make)] as const),
      ...types.map((name) => [name, new Global(name)] as const),
    ]);
  }

  /** @throws StateError for every other name */
  global(name: string): unknown {
    if (dtypeNames.includes(name)) return name;
    const plain = name.replace(/^__builtin__\./, 'builtins.');
    return this.allowed.get(plain) ?? this.refuse(plain);
  }

  private refuse(name: string): never {
    const numbers = /Complex/.test(name) ? '; tensors here are not complex' : '';
    throw new StateError(
      `${this.file.budget.asker}: the file asks for ${name.slice(0, 100)}, which is not allowed and was not run${numbers}; allowed are dtypes and ${[...this.allowed.keys()].join(', ')}; save a state_dict() rather than a whole model`,
    );
  }

  /** A storage, by its place in the archive. */
  persistent(id: unknown): TorchStorage {
    const [kind, type, key, , count] = Array.isArray(id) ? (id as Args) : [];
    const isOne = kind === 'storage' && type instanceof Global && Object.hasOwn(storageTypes, type.name);
    if (isOne && typeof key === 'string' && isSizes([count]))
      return new TorchStorage(key, storageTypes[type.name], count as number);
    throw this.damaged('something outside of the pickle is no storage');
  }

  private damaged(why: string): StateError {
    return new StateError(`${this.file.budget.asker}: the file is damaged: ${why}`);
  }

  private tensors(): Record<string, (args: Args) => unknown> {
    const { file } = this;
    const parameter = (args: Args) => this.parameter(args);
    return {
      'torch._utils._rebuild_tensor': (args) => rebuildTensor(file, args.slice(0, 4)),
      'torch._utils._rebuild_tensor_v2': (args) => rebuildTensor(file, this.withoutBits(args, args[6])),
      'torch._utils._rebuild_tensor_v3': (args) => rebuildTensor(file, this.withoutBits(args, args[7]), args[6]),
      'torch._utils._rebuild_parameter': parameter,
      'torch._utils._rebuild_parameter_with_state': parameter,
      'torch._tensor._rebuild_from_type_v2': (args) => this.withAttributes(args),
    };
  }

  /** Negative and conjugate views say so by a bit, and their values lie otherwise in the storage. */
  private withoutBits(args: Args, bits: unknown): Args {
    const set = Object.entries((bits ?? {}) as Dict).find(([, on]) => on === true);
    if (set)
      throw new StateError(`${this.file.budget.asker}: a tensor is a ${set[0]} view; clone it before it is saved`);
    return args;
  }

  private parameter([data, requiresGrad]: Args): Parameter {
    if (!isTensor(data)) throw this.damaged('a parameter is made of what is no tensor');
    if (requiresGrad === true && data.dtype !== 'float32')
      throw this.damaged(`a parameter of ${data.dtype} is said to require gradients`);
    return new Parameter(data, { requiresGrad: requiresGrad === true });
  }

  /** Tensors that Python attributes were set on: the attributes are left out. */
  private withAttributes([make, , args]: Args): unknown {
    if (make instanceof Global && make.make && make.name.startsWith('torch._utils.') && Array.isArray(args))
      return make.make(args);
    throw this.damaged(`${describe(make)} makes no tensor`);
  }

  private values(): Record<string, (args: Args) => unknown> {
    return {
      'collections.OrderedDict': ([pairs = []]) => this.dict(pairs),
      'builtins.set': ([items = []]) => new Set(this.copied(items)),
      'builtins.frozenset': ([items = []]) => new Set(this.copied(items)),
      'builtins.bytes': ([bytes = new Uint8Array(0)]) => this.bytes(bytes),
      'builtins.bytearray': ([bytes = new Uint8Array(0)]) => this.bytes(bytes),
      '_codecs.encode': ([text]) => this.bytes(text),
      'torch.Size': ([sizes = []]) => this.copied(sizes),
      'torch.device': (args) => args.map(describeDevice).join(':'),
    };
  }

  /** A list that was given, whose items are about to be kept once more. */
  private copied(items: unknown): Args {
    if (!Array.isArray(items)) throw this.damaged(`${describe(items)} is no list`);
    this.file.budget.take(16 * items.length, 'its lists and dicts');
    return items;
  }

  private dict(pairs: unknown): Dict {
    const dict: Dict = {};
    for (const pair of this.copied(pairs)) {
      const [key, value] = Array.isArray(pair) && pair.length === 2 ? (pair as Args) : [];
      if (typeof key !== 'string') throw this.damaged('an OrderedDict is made of what are no keys and values');
      setKey(dict, key, value);
    }
    return dict;
  }

  /** Protocol 2 writes bytes as text, one letter a byte. */
  private bytes(given: unknown): Uint8Array {
    if (given instanceof Uint8Array) this.file.budget.take(given.length, 'its bytes');
    if (given instanceof Uint8Array) return given.slice();
    if (typeof given !== 'string') throw this.damaged(`${describe(given)} is no text`);
    this.file.budget.take(given.length, 'its bytes');
    const bytes = new Uint8Array(given.length);
    for (let i = 0; i < bytes.length; i++) bytes[i] = given.charCodeAt(i);
    return bytes;
  }
}

function describeDevice(part: unknown): string {
  return typeof part === 'string' ? part.slice(0, 40) : String(Number(part));
}
