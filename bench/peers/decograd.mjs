// decograd itself, as it is built into dist/.
export async function open({ threads, device }) {
  const library = await import('../../dist/index.mjs');
  if (device) await library.device(device);
  library.setThreads(threads);
  return library;
}

export const tensors = ({ tensor }, data) =>
  Object.fromEntries(Object.entries(data).map(([name, { shape, values }]) => [name, tensor(values, { shape })]));

/** Weights by the names that they have in a model: those that the pattern matches are replaced. */
export const renamed = (weights, pattern, replacement) =>
  Object.fromEntries(Object.entries(weights).map(([name, w]) => [name.replace(pattern, replacement), w]));

/** A step that trains: `loss` computes it, and it is read back. */
export const trainingStep = (optimizer, loss) => async () => {
  const value = loss();
  optimizer.zeroGrad();
  value.backward();
  await optimizer.step();
  return value.item();
};
