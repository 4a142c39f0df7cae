// Every workload there is, in the order of the tables. A new one is one more file here, named in this list.
const sources = ['matmul', 'gelu', 'mlp', 'tiny', 'cnn', 'gpt', 'lstm'];

/** The workloads of one file, each knowing the file: its PyTorch twin has the same name. */
export async function workloadsOf(source) {
  const { workloads } = await import(new URL(`${source}.mjs`, import.meta.url).href);
  return workloads.map((workload) => ({ ...workload, source }));
}

export const allWorkloads = async () => (await Promise.all(sources.map(workloadsOf))).flat();
