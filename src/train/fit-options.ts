import { ValueError } from '../core/errors';
import { checkOptions } from '../core/options';
import { countOf, flagOf } from '../module/option-checks';
import { show } from '../module/shape-declaration';
import { checkLimits, type BatchLimits } from './batch-limits';
import { fitOptions, trainerOptions } from './option-names';
import { checkResume, type ResumeOption } from './resume';
import { isBatched, type BatchOptions, type DataSource } from './source';

export interface FitOptions extends BatchOptions {
  /** Passes over the data. May be left out where `maxSteps` or `fastDevRun` ends the run. */
  readonly epochs?: number;
  /** Ends the run after so many steps of the optimizer, in the middle of an epoch too. */
  readonly maxSteps?: number;
  /** Evaluated after every epoch, or as often as `validateEvery` says. */
  readonly validation?: DataSource;
  /** Steps of the optimizer, or epochs, from one validation to the next. Default: 1 epoch. */
  readonly validateEvery?: { readonly steps: number } | { readonly epochs: number };
  /**
   * Batches of the validation data that are evaluated before the first step, so that a mistake in them shows at once; the
   * result is in no history. Not done with a generator, which would be used up, nor before the first forward has decided the
   * sizes of the model. Default 1; 0 for none.
   */
  readonly sanityValidation?: number;
  /** How much of the data an epoch takes: a number of batches, or a share below 1, of training data alone or of both kinds. */
  readonly limitBatches?: BatchLimits;
  /** Trains on the first so many batches, the same in every epoch: a sound model learns them by heart. */
  readonly overfitBatches?: number;
  /** One step on one batch and a validation of one batch, without callbacks that write: does the program run at all? */
  readonly fastDevRun?: boolean;
  /** `manualSeed` at the start. The same seed gives the same bits: all kernels are deterministic, so there is no switch. */
  readonly seed?: number;
  /**
   * A folder of checkpoints, of which the newest is taken, or one checkpoint: the run goes on from there, in the middle of an
   * epoch too, and ends bit for bit as if it had never been left. Give the same model, data and options; `epochs` and
   * `maxSteps` count from the start of the first run. The folder of the run's own callback `checkpoint` may begin empty.
   * `{ from, migrate: { 'fc.*': 'head.*' } }` is for a model whose fields were renamed since.
   */
  readonly resume?: ResumeOption;
  /** Notes loss and metrics of every so manieth step in `history.steps`. Default: of none. */
  readonly recordSteps?: number;
  /** A bar on a terminal, a line per epoch elsewhere. Default true. */
  readonly progress?: boolean;
  /** A file for a trace of the run, every kernel with its time, to be opened in https://ui.perfetto.dev. Node only. */
  readonly profile?: string;
  /** A new order every epoch, for data that is not in batches yet. Default true, with `overfitBatches` false. */
  readonly shuffle?: boolean;
}

const where = 'Trainer.fit';

/** @throws ValueError saying which option of `fit` cannot be, and what can */
export function checkFit(source: DataSource, options: FitOptions): void {
  checkOptions(where, options, fitOptions.names, trainerOptions);
  const { epochs, maxSteps, fastDevRun = false } = options;
  flagOf(where, 'fastDevRun', fastDevRun);
  flagOf(where, 'progress', options.progress ?? true);
  if (epochs !== undefined || (maxSteps === undefined && !fastDevRun)) countOf(where, 'epochs', epochs!, 0);
  if (maxSteps !== undefined) countOf(where, 'maxSteps', maxSteps, 0);
  for (const name of ['overfitBatches', 'recordSteps'] as const)
    if (options[name] !== undefined) countOf(where, name, options[name]);
  checkPaths(options);
  checkLimits(where, options.limitBatches);
  checkValidation(options);
  checkBatching(source, options);
}

function checkPaths({ profile, resume }: FitOptions): void {
  if (profile !== undefined && (typeof profile !== 'string' || profile === ''))
    throw new ValueError(`${where}: profile is the path of a file for the trace, not ${show(profile)}`);
  if (resume !== undefined) checkResume(`${where}: resume`, resume);
}

function checkValidation({ validation, validateEvery, sanityValidation, limitBatches }: FitOptions): void {
  if (sanityValidation !== undefined) countOf(where, 'sanityValidation', sanityValidation, 0);
  if (validateEvery !== undefined) checkRhythm(validateEvery);
  if (validation !== undefined) return;
  const limit = typeof limitBatches === 'object' ? limitBatches.validation : undefined;
  const idle = Object.entries({ validateEvery, sanityValidation: sanityValidation || undefined, 'limitBatches.validation': limit }); // prettier-ignore
  for (const [name, value] of idle)
    if (value !== undefined)
      throw new ValueError(`${where}: ${name} has no effect: there is no validation data; give { validation }`);
}

function checkRhythm(validateEvery: { readonly steps?: number; readonly epochs?: number }): void {
  const name = `${where}: validateEvery`;
  checkOptions(name, validateEvery, ['steps', 'epochs']);
  const { steps, epochs } = validateEvery;
  if ((steps === undefined) === (epochs === undefined))
    throw new ValueError(`${name} is { steps } or { epochs }, one of the two`);
  if (steps !== undefined) countOf(name, 'steps', steps);
  else countOf(name, 'epochs', epochs!);
}

function checkBatching(source: DataSource, options: FitOptions): void {
  const { validation, batchSize, shuffle, overfitBatches, limitBatches } = options;
  const inBatches = 'the data comes in batches already; set it where they are made, new DataLoader(dataset, { ... })';
  if (shuffle !== undefined && isBatched(source)) throw new ValueError(`${where}: shuffle has no effect: ${inBatches}`);
  if (batchSize !== undefined && isBatched(source) && (validation === undefined || isBatched(validation)))
    throw new ValueError(`${where}: batchSize has no effect: ${inBatches}`);
  const train = typeof limitBatches === 'object' ? limitBatches.train : limitBatches;
  if (overfitBatches !== undefined && train !== undefined)
    throw new ValueError(
      `${where}: overfitBatches and limitBatches both say which batches to train on; give one of them`,
    );
}
