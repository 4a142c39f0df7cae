// decograd itself, as it is built into dist/.
export async function open({ threads, device }) {
  const library = await import('../../dist/index.mjs');
  if (device) await library.device(device);
  if (library.setThreads) await library.setThreads(threads);
  else if (threads > 1) throw new Error('decograd has no setThreads: one thread only');
  return library;
}

export const tensors = ({ tensor }, data) =>
  Object.fromEntries(Object.entries(data).map(([name, { shape, values }]) => [name, tensor(values, { shape })]));
