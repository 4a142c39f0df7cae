import type { Run } from '../events';

type Optimizers = Pick<Run, 'optimizers'>;

/** The groups of all optimizers of a run. */
export const groupsOf = ({ optimizers }: Optimizers): { lr: number }[] =>
  optimizers.flatMap(({ paramGroups }) => paramGroups as unknown as { lr: number }[]);

/** Their rates. */
export const learningRates = (run: Optimizers): number[] => groupsOf(run).map(({ lr }) => lr);
