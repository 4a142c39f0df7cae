import * as library from 'decograd';
import { Optimizer, Parameter, tensor, type Tensor } from 'decograd';
import fixtures from '../fixtures/optimizers.json';

/** Every optimizer that the library exports: classes that say what their name is. */
export const exported = Object.fromEntries(
  Object.entries(library).filter(
    ([, value]) =>
      typeof value === 'function' && value.prototype instanceof Optimizer && Object.hasOwn(value.prototype, 'name'),
  ),
) as unknown as Record<string, new (source: [string, Parameter][], options: object) => Optimizer<any>>;

export type Case = (typeof fixtures.cases)[number];
export const cases: readonly Case[] = fixtures.cases;
export const titleOf = ({ name, options }: Case): string => `${name} ${JSON.stringify(options)}`;

const camel = (key: string) => key.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
/** PyTorch's spelling as ours. */
export const camelCased = (given: object): object =>
  Object.fromEntries(Object.entries(given).map(([key, value]) => [camel(key), value as unknown]));
const made = ({ shape, values }: { shape: number[]; values: number[] }) => tensor(new Float32Array(values), { shape });

/** The network of test/oracle/optimizers.py and its optimizer; from values of a run under way, if they are given. */
export function problem({ name, options }: Case, values?: readonly (readonly number[])[]) {
  const start = fixtures.start.map((one, i) => ({ ...one, values: [...(values?.[i] ?? one.values)] }));
  const [w, b, v] = start.map((one) => new Parameter(made(one))) as [Parameter, Parameter, Parameter];
  const [x, y] = [made(fixtures.x), made(fixtures.y)];
  const named: [string, Parameter][] = [['w', w], ['b', b], ['v', v]]; // prettier-ignore
  const trained = name === 'Muon' ? [named[0]!, named[2]!] : named;
  const optimizer = new exported[name]!(trained, camelCased(options));
  const closure = (): Tensor => {
    optimizer.zeroGrad();
    const error: Tensor = x.matmul(w).add(b).tanh().matmul(v).sub(y).square().mean();
    const squares = () => [w, b, v].map((p) => p.square().sum() as Tensor).reduce((sum, p) => sum.add(p));
    const loss: Tensor = name === 'LBFGS' ? error.add(squares().mul(0.3)) : error;
    loss.backward();
    return loss;
  };
  const step = async (): Promise<Tensor> => {
    if (name === 'LBFGS') return optimizer.step(closure);
    const loss = closure();
    await optimizer.step();
    return loss;
  };
  const read = () => Promise.all([w, b, v].map(async (p) => [...(await p.data())]));
  return { optimizer, named, closure, step, read };
}

/** How far numbers are from those wanted, relative to the largest of these. */
export function relativeError(actual: readonly number[], wanted: readonly number[]): number {
  const scale = Math.max(...wanted.map(Math.abs));
  const errors = wanted.map((value, i) => Math.abs(actual[i]! - value) / scale);
  return errors.some(Number.isNaN) ? NaN : Math.max(...errors);
}
