import { GradientError, ValueError } from '../core/errors';
import { checkOptions } from '../core/options';
import { show } from '../module/shape-declaration';
import { full, noGrad, stack, type Parameter, type Tensor } from '../tensor';
import { checkOption } from './option-limits';
import { parameterList, type ParameterSource } from './parameter-groups';

export interface ClipGradNormOptions {
  /** The p of the norm, above 0; Infinity is the largest absolute value. Default 2. */
  readonly normType?: number;
  /** Rejects a norm that is NaN or infinite, and clips nothing then. Default false. */
  readonly errorIfNonfinite?: boolean;
}

/**
 * Scales the gradients of all parameters down together, so that their norm, as one vector, is at most maxNorm. Parameters
 * without a gradient are passed over. Without `errorIfNonfinite` the work is done when the call returns.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.utils.clip_grad_norm_.html
 * @param source a module, a parameter, or a list of parameters
 * @param maxNorm a finite number of at least 0
 * @returns the norm before, a scalar
 * @throws ValueError for an argument or option out of range; GradientError for a norm that is not finite, if asked to
 * @example
 * loss.backward();
 * const norm = await clipGradNorm(model, 1);
 * await optimizer.step();
 */
export async function clipGradNorm(
  source: ParameterSource,
  maxNorm: number,
  options: ClipGradNormOptions = {},
): Promise<Tensor<[]>> {
  const where = 'clipGradNorm';
  checkOptions(where, options, ['normType', 'errorIfNonfinite']);
  const { normType = 2, errorIfNonfinite = false } = options;
  checkOption(where, 'maxNorm', maxNorm, 'notNegative');
  checkOption(where, 'errorIfNonfinite', errorIfNonfinite, 'flag');
  if (!(normType > 0)) throw new ValueError(`${where}: normType must be above 0, not ${show(normType)}`);
  const clipped = withGradients(where, source);
  const norm = noGrad(() => totalNorm(gradientsOf(clipped), normType)).keep();
  if (errorIfNonfinite) await refuseNonFinite(norm);
  noGrad(() => scale(clipped, norm.add(1e-6).reciprocal().mul(maxNorm).clamp(undefined, 1)));
  return norm;
}

/**
 * Limits every element of the gradients to the range from -clipValue to clipValue.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.utils.clip_grad_value_.html
 * @param source a module, a parameter, or a list of parameters
 * @param clipValue a finite number of at least 0
 * @throws ValueError for no parameters, or a value out of range
 * @example clipGradValue(model, 0.5);
 */
export function clipGradValue(source: ParameterSource, clipValue: number): void {
  checkOption('clipGradValue', 'clipValue', clipValue, 'notNegative');
  noGrad(() => {
    for (const parameter of withGradients('clipGradValue', source))
      parameter.grad = parameter.grad!.clamp(-clipValue, clipValue);
  });
}

function withGradients(where: string, source: ParameterSource): Parameter[] {
  return parameterList(where, source).filter(({ grad }) => grad !== null);
}

const gradientsOf = (parameters: readonly Parameter[]): Tensor[] => parameters.map(({ grad }) => grad!);

/** The norm of the norms, on the device of the first. */
function totalNorm(gradients: readonly Tensor[], p: number): Tensor<[]> {
  if (gradients.length === 0) return full([], 0);
  return normOf(stack(gradients.map((g) => normOf(g, p).to(gradients[0].device))), p);
}

function normOf(x: Tensor, p: number): Tensor<[]> {
  if (p === Infinity) return x.abs().max();
  if (p === 2) return x.square().sum().sqrt();
  const sum = (p === 1 ? x.abs() : x.abs().pow(p)).sum();
  return p === 1 ? sum : sum.pow(1 / p);
}

function scale(parameters: readonly Parameter[], factor: Tensor): void {
  for (const parameter of parameters) parameter.grad = parameter.grad!.mul(factor.to(parameter.device));
}

async function refuseNonFinite(norm: Tensor): Promise<void> {
  const value = await norm.item();
  if (!Number.isFinite(value))
    throw new GradientError(
      `clipGradNorm: the norm of the gradients is ${value}, so they cannot be clipped; nothing was changed`,
    );
}
