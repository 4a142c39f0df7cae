import { namedModules, registerForwardHook } from '../module';
import { noGrad, randomState, setRandomState, type RandomState, type Tensor } from '../tensor';
import { tensorsIn } from './nested-tensors';
import { snapshot } from './snapshot';
import type { Model } from './step';

/** One read for all of them: 0 times a finite number is 0, times any other it is NaN. */
export async function areFinite(tensors: readonly Tensor[]): Promise<boolean> {
  const floats = tensors.filter(({ dtype, size }) => dtype === 'float32' && size > 0);
  const probe = noGrad(() => floats.map((t) => t.mul(0).sum()).reduce<Tensor | null>((a, b) => a?.add(b) ?? b, null));
  return probe === null || (await probe.item()) === 0;
}

/** The first of them that has a number that is not finite. */
export async function firstNonFinite(named: readonly (readonly [string, Tensor])[]): Promise<string | undefined> {
  if (await areFinite(named.map(([, t]) => t))) return undefined;
  for (const [name, t] of named) if (!(await areFinite([t]))) return name;
  return undefined;
}

/** A call of a model's forward, to be made once more. */
export interface ForwardCall {
  readonly args: readonly unknown[];
  readonly random: RandomState;
}

/** Makes the call again and says where values that are not finite come from first; the model is as before afterwards. */
export async function originOfNonFinite(model: Model, { args, random }: ForwardCall): Promise<string | undefined> {
  if (!(await areFinite(tensorsIn(args)))) return "the model's input is not finite";
  const seen: [string, Tensor][] = [];
  const end = snapshot(model, []);
  const handles = namedModules(model).map(([path, one]) =>
    registerForwardHook(one, (_, __, output) => {
      const name = `${path || 'the model'} (${one.constructor.name})`;
      for (const t of tensorsIn(output)) seen.push([name, t.detach().keep()]);
    }),
  );
  try {
    setRandomState(random);
    noGrad(() => model.forward(...args) as unknown);
    const first = await firstNonFinite(seen);
    return first && `the first module whose output is not finite is ${first}`;
  } finally {
    handles.forEach((handle) => handle.remove());
    end();
  }
}

export const callOf = (args: readonly unknown[]): ForwardCall => ({ args, random: randomState() });
