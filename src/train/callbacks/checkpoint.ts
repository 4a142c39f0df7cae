import type * as nodeFs from 'node:fs';
import { DecogradError, ValueError } from '../../core/errors';
import { saveCheckpoint } from '../../io';
import { fileSystem } from '../../io/file-system';
import { checkFolder, checkpointsIn, fileOfStep } from '../checkpoint-folder';
import type { Boundary, Callback, Run } from '../events';
import { lockFolder } from '../folder-lock';
import type { Scores } from '../history';
import { checkCheckpoint, type CheckpointOptions } from './checkpoint-options';
import { bestWith, type Ranked } from './kept-files';
import { checkMeasured, monitored } from './monitored';

/** A checkpoint callback; it tells which files there are. */
export interface Checkpoint extends Callback {
  readonly folder: string;
  /** The best, best first, with the value that they had. */
  readonly best: readonly Ranked[];
}

/**
 * Writes checkpoints of the run to a folder: `step-00000120.safetensors`, each whole or not there at all. They hold
 * parameters, optimizers, gradients of a step under way, random streams, the place in the data, the history, and the state of
 * all callbacks: `fit({ resume: folder })` goes on from the newest, bit for bit. `best.safetensors` is the best one's other
 * name. Node only.
 *
 * Ctrl-C finishes the step, leaves a checkpoint, and says where.
 * @throws ValueError for options out of range; at the start of a run for a folder that cannot be written, that another run
 *   holds, or that has checkpoints of a run that is not resumed; later where a checkpoint cannot be written, as on a full disk
 * @example
 * const callbacks = [checkpoint('runs/digits', { monitor: 'accuracy', mode: 'max', every: { steps: 500 } })];
 * const trainer = new Trainer(model, { optimizer, loss: crossEntropyLoss, metrics: { accuracy }, callbacks });
 * await trainer.fit(loader, { epochs: 10, resume: 'runs/digits' });
 */
export function checkpoint(folder: string, options: CheckpointOptions = {}): Checkpoint {
  checkFolder('checkpoint', folder);
  checkCheckpoint(options);
  return new Checkpoints(folder, options);
}

class Checkpoints implements Checkpoint {
  readonly name = 'checkpoint';
  readonly writes = true;
  best: readonly Ranked[] = [];
  private release: (() => void) | undefined;
  private batches = 0;
  private writtenAt = 0;
  /** What the model is worth since the last validation, until it is ranked. */
  private value: number | undefined;

  constructor(
    readonly folder: string,
    private readonly options: CheckpointOptions,
  ) {}

  onFitStart(run: Run): void {
    checkMeasured('checkpoint', this.options.monitor, run);
    const fs = fileSystem('checkpoint', 'a browser has none; keep what run.state() gives elsewhere');
    attempt(this.folder, () => {
      makeFolder(this.folder, fs);
      this.release = lockFolder('checkpoint', this.folder, fs);
      this.clear(run, fs);
    });
    [this.best, this.batches, this.writtenAt, this.value] = [[], 0, performance.now(), undefined];
  }

  /** What others have left must not be taken for this run's. */
  private clear({ resumedFrom, step }: Run, fs: typeof nodeFs): void {
    for (const name of fs.readdirSync(this.folder)) if (name.endsWith('.partial')) fs.rmSync(`${this.folder}/${name}`);
    // a folder was asked for its newest: what is newer than that is damaged
    const isNewest = resumedFrom !== undefined && !resumedFrom.endsWith('.safetensors');
    const others = isNewest ? [] : checkpointsIn(this.folder, fs).filter((file) => resumedFrom === undefined || file.step > step); // prettier-ignore
    if (others.length === 0) return;
    if (!this.options.overwrite)
      throw new ValueError(
        `checkpoint: ${this.folder} holds checkpoints of another run, ${others.at(-1)!.path} the newest; go on from it with ` +
          `fit({ resume: '${this.folder}' }), give another folder, or { overwrite: true } to delete them`,
      );
    for (const { path } of others) fs.rmSync(path);
  }

  onValidationEnd(_run: Run, record: Scores<string, unknown>): void {
    this.note(record);
  }
  onEpochEnd(run: Run, record: Scores<string, unknown>): void {
    if (!run.validates) this.note(record);
  }
  private note(scores: Scores<string, unknown>): void {
    const { monitor } = this.options;
    if (monitor !== undefined) this.value = monitored('checkpoint', monitor, scores);
  }

  async onBoundary(run: Run, after: Boundary): Promise<void> {
    if (after !== 'epoch') this.batches++;
    const path = fileOfStep(this.folder, run.step);
    const isBest = this.rank(path);
    if (!(isBest || run.isEnding || this.isDue(run, after))) return;
    await this.write(path, run);
    if (run.isEnding && run.isInterrupted)
      globalThis.console.warn(`interrupted: wrote ${path}; go on with fit({ resume: '${this.folder}' })`);
  }

  private isDue({ epoch, step }: Run, after: Boundary): boolean {
    const { every = { epochs: 1 } } = this.options;
    if ('epochs' in every) return after === 'epoch' && epoch % every.epochs === 0;
    if ('minutes' in every) return performance.now() - this.writtenAt >= every.minutes * 60_000;
    if ('steps' in every) return after === 'step' && step % every.steps === 0;
    return after !== 'epoch' && this.batches % every.batches === 0;
  }

  /** Whether the checkpoint that is to come is among the best. */
  private rank(path: string): boolean {
    const { value, options } = this;
    this.value = undefined;
    if (value === undefined) return false;
    this.best = bestWith(this.best, { path, value }, options.mode ?? 'min', options.keepBest ?? 1);
    return this.best.some((one) => one.path === path);
  }

  private async write(path: string, run: Run): Promise<void> {
    try {
      await saveCheckpoint(path, await run.state());
    } catch (error) {
      throw told(`${path} cannot be written`, error);
    }
    this.writtenAt = performance.now();
    attempt(this.folder, () => this.tidy(run.step, fileSystem('checkpoint')));
  }

  /** Deletes what is neither among the newest nor among the best, once there is something newer. */
  private tidy(step: number, fs: typeof nodeFs): void {
    const { keepLast = 2 } = this.options;
    const files = checkpointsIn(this.folder, fs).filter((file) => file.step <= step);
    const kept = new Set([...files.slice(-keepLast), ...this.best].map(({ path }) => path));
    for (const { path } of files) if (!kept.has(path)) fs.rmSync(path, { force: true });
    if (this.best.length > 0) link(this.best[0].path, `${this.folder}/best.safetensors`, fs);
  }

  onFitEnd(): void {
    this.release?.();
    this.release = undefined;
  }

  stateDict(): { best: readonly Ranked[]; batches: number } {
    return { best: this.best, batches: this.batches };
  }
  loadStateDict({ best, batches }: { best: readonly Ranked[]; batches: number }): void {
    const { existsSync } = fileSystem('checkpoint');
    this.best = best.filter(({ path }) => existsSync(path));
    this.batches = batches;
  }
}

/** As mkdir with `recursive`, which never ends where folders cannot be made, as in /proc. */
function makeFolder(folder: string, fs: typeof nodeFs): void {
  if (fs.existsSync(folder)) return;
  const above = folder.replace(/[/\\]*[^/\\]+[/\\]*$/, '');
  if (above !== '' && above !== folder) makeFolder(above, fs);
  fs.mkdirSync(folder);
}

/** Another name of a file, or a copy where there are no such names. */
function link(path: string, name: string, fs: typeof nodeFs): void {
  const partial = `${name}.partial`;
  fs.rmSync(partial, { force: true });
  try {
    fs.linkSync(path, partial);
  } catch {
    fs.copyFileSync(path, partial);
  }
  fs.renameSync(partial, name);
  fs.rmSync(partial, { force: true }); // where both were names of one file already, renaming does nothing
}

function attempt(folder: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    throw told(`${folder} cannot be written`, error);
  }
}

/** The error of a file system, such as that of a full disk, in words; ours have them already. */
function told(what: string, error: unknown): unknown {
  if (error instanceof DecogradError || !(error instanceof Error)) return error;
  return Object.assign(new ValueError(`checkpoint: ${what} (${error.message})`), { cause: error });
}
