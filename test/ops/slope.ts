import { grad, tensor, type Tensor } from 'decograd';
import { allSamples, argumentsOf, call, numbers, type Sample } from './fixtures';

/** The cases that have a derivative everywhere near their inputs. */
export const smooth = allSamples.filter(({ upstream, kink }) => upstream !== undefined && !kink);

/** The case as a function of its tensors, weighted so that no symmetry of the output hides an error. */
export const weighted =
  (sample: Sample) =>
  (...leaves: Tensor[]): Tensor => {
    const out = call(sample.op, argumentsOf(sample, leaves));
    return out.mul(tensor(numbers(sample.upstream!), { shape: out.shape }));
  };

/** The gradient of the case as a function of its tensors. The squares give it a slope where the case is linear. */
export const slope =
  (sample: Sample) =>
  (...leaves: Tensor[]): Tensor => {
    const floats = leaves.filter((x) => x.dtype === 'float32');
    for (const x of floats) x.requiresGrad = true;
    const gradients = grad(weighted(sample)(...leaves).sum(), floats, { createGraph: true });
    return gradients.map((g, i) => g.mul(ramp(g)).sum().add(floats[i]!.square().sum())).reduce((a, b) => a.add(b));
  };
const ramp = ({ size, shape }: Tensor) =>
  tensor(
    Array.from({ length: size }, (_, i) => Math.cos(i) + 0.3),
    { shape },
  );

/** Twice as many evaluations as numbers: the large products, which are tested once, would take seconds here. */
export const isSmall = (sample: Sample) => sample.grads!.join(' ').split(' ').length <= 36;
