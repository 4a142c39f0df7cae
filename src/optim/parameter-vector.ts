import { ShapeError, ValueError } from '../core/errors';
import { commit, concatenate, isTensor, noGrad, type Parameter, type Tensor } from '../tensor';
import { parameterList, type ParameterSource } from './parameter-groups';

/**
 * The elements of all parameters, one after the other: [count]. Gradients flow through it.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.utils.parameters_to_vector.html
 * @param source a module, a parameter, or a list of parameters
 * @throws ValueError for no parameters, or what is no parameter
 * @example parametersToVector([new Parameter(zeros([2, 3])), new Parameter(zeros([3]))]).shape; // [9]
 */
export function parametersToVector(source: ParameterSource): Tensor<[number]> {
  return joined(parameterList('parametersToVector', source));
}

/**
 * Gives the parameters, in their order, the values of a vector of all their elements.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.utils.vector_to_parameters.html
 * @param vector [count], with as many elements as the parameters have together
 * @param source a module, a parameter, or a list of parameters
 * @throws ShapeError for a vector of another length, ValueError for no vector or no parameters
 * @example vectorToParameters(parametersToVector(model).mul(0.5), model); // halves every parameter
 */
export function vectorToParameters(vector: Tensor, source: ParameterSource): void {
  const parameters = parameterList('vectorToParameters', source);
  if (!isTensor(vector)) throw new ValueError(`vectorToParameters: takes a tensor, not ${String(vector)}`);
  const count = parameters.reduce((sum, { size }) => sum + size, 0);
  if (vector.shape.length !== 1 || vector.size !== count)
    throw new ShapeError(
      `vectorToParameters: the vector is [${vector.shape.join(', ')}], the parameters have ${count} elements: [${count}]`,
    );
  noGrad(() => install(vector, parameters));
}

/** Tensors as one vector. */
export function joined(tensors: readonly Tensor[]): Tensor<[number]> {
  return concatenate(tensors.map((x) => x.reshape([-1]) as Tensor));
}

/** The pieces of a vector that belong to each of the tensors. */
export function pieces(vector: Tensor, likes: readonly Tensor[]): Tensor[] {
  let end = 0;
  return likes.map(({ shape, size }) => vector.slice(0, end, (end += size)).reshape(shape));
}

/** Gives the parameters the pieces of a vector. */
export function install(vector: Tensor, parameters: readonly Parameter[]): void {
  const values = pieces(vector, parameters);
  commit(parameters.map((parameter, i) => [parameter, values[i]]));
}
