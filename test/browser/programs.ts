import { endurance } from './programs/endurance';
import { integers } from './programs/integers';
import { loss } from './programs/loss';
import { opTable } from './programs/op-table';
import { penalties } from './programs/penalties';
import { productDeviations } from './programs/products';
import { random } from './programs/random';
import { noAdapter, tooLarge } from './programs/refusals';
import { secondOrder } from './programs/second-order';
import { sizes } from './programs/sizes';
import { threads } from './programs/threads';
import { traffic } from './programs/traffic';
import { training } from './programs/training';

/** What is run in Chromium and in Node; each is given a device's name and reports as JSON. */
export const programs = {
  endurance,
  integers,
  loss,
  noAdapter,
  opTable,
  penalties,
  productDeviations,
  random,
  secondOrder,
  sizes,
  threads,
  tooLarge,
  traffic,
  training,
};

export type ProgramName = keyof typeof programs;
export type Report<N extends ProgramName> = Awaited<ReturnType<(typeof programs)[N]>>;
