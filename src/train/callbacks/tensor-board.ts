import { checkOptions } from '../../core/options';
import { namedParameters, type StateDict } from '../../module';
import type { Tensor } from '../../tensor';
import { countOf, flagOf } from '../../module/option-checks';
import type { Callback } from '../events';
import { checkImages, imagesOf, type ImageSources } from './epoch-images';
import type { SummaryValue } from './event-file';
import { EventWriter, type StepEvents } from './event-writer';
import { flatRates, flatRecord, flatScores, type Flat } from './flat-record';
import { histogram } from './histogram';
import { learningRates } from './learning-rates';
import { pathOf } from './text-file';

export interface TensorBoardOptions {
  /** Whether every epoch gives histograms of all parameters, and of the gradients of its last step. Default false. */
  readonly histograms?: boolean;
  /** The loss and metrics of a step, and the learning rate, are written once for so many steps. Default 1. */
  readonly every?: number;
  /**
   * Images by their tags: tensors [H, W], [C, H, W] or [N, C, H, W], with 1, 3 or 4 channels C, or functions of the run that
   * give one; both as they are when an epoch has ended. Default: none.
   */
  readonly images?: ImageSources;
  /** Images are written once for so many epochs. Default 1. */
  readonly imagesEvery?: number;
}

/**
 * Writes an event file for TensorBoard into a folder, a new one for each fit: `step/loss`, `step/accuracy` and the like,
 * `lr` as it is when it hears of the step (`lr/0`, `lr/1` of each group), per epoch `train/loss`, `validation/loss` and the
 * like, norms of `gradientStats` where that comes first in the list, and histograms `parameters/path`, `gradients/path`.
 * Steps are those of the optimizer. Metrics of several numbers are left out. The file is whole after each event. A resumed
 * run writes into the same folder, and TensorBoard forgets what the earlier files have beyond the checkpoint.
 *
 * Images have values from 0 to 1 where they are float32 or bool, from 0 to 255 where they are int32; others are clamped, and
 * NaN is black. N images stand in rows of 8. Their functions run in `noGrad`, the model in eval mode; they find the gradients
 * of the last step, and random numbers that they draw are drawn again by the run. A tag must be none of those above.
 *
 * Show it with `tensorboard --logdir folder`, https://www.tensorflow.org/tensorboard.
 * PyTorch: https://docs.pytorch.org/docs/stable/tensorboard.html, with `purge_step`, add_image and add_images
 * @throws DeviceError where there are no files, as in a browser; ValueError for a folder that cannot be written; both at the start
 * @throws ValueError for options out of range; ShapeError for what is no image; what goes wrong with that of a function
 *   ends the run, with an error that names the tag
 * @example
 * const images = { inputs: x.slice(0, 0, 16), filters: () => model.conv.weight.mul(0.5).add(0.5) };
 * const callbacks = [tensorBoard('runs/first', { histograms: true, images })];
 * new Trainer(model, { optimizer, loss: mseLoss, callbacks });
 */
export function tensorBoard(folder: string, options: TensorBoardOptions = {}): Callback {
  pathOf('tensorBoard', folder, 'a folder');
  checkOptions('tensorBoard', options, ['histograms', 'every', 'images', 'imagesEvery']);
  const histograms = flagOf('tensorBoard', 'histograms', options.histograms ?? false);
  const every = countOf('tensorBoard', 'every', options.every ?? 1);
  const images = options.images && checkImages('tensorBoard', options.images);
  const imagesEvery = countOf('tensorBoard', 'imagesEvery', options.imagesEvery ?? 1);
  const hasFunctions = Object.values(images ?? {}).some((source) => typeof source === 'function');
  let writer: EventWriter | undefined;
  let model: object | undefined;
  /** Whether a step was taken whose gradients the end of the epoch may have to tell. */
  let isPending = false;
  return {
    name: 'tensorBoard',
    writes: true,
    async onFitStart(run) {
      [model, isPending] = [run.model, false];
      writer = await EventWriter.open(folder);
      if (run.isResumed) writer.restart(run.step + 1);
    },
    onStepEnd(run, { step, loss, metrics }) {
      isPending = histograms || (hasFunctions && run.epoch % imagesEvery === 0);
      if (step % every !== 0) return;
      writer?.write(step, numbers({ ...flatScores('step', { loss, metrics }), ...flatRates(learningRates(run)) }));
    },
    async onEpochEnd(run, record) {
      const { model, step, epoch } = run;
      isPending = false;
      writer?.write(step, numbers(flatRecord(record)));
      if (histograms) writer?.write(step, await distributions(model));
      if (images && epoch % imagesEvery === 0) writer?.write(step, await imagesOf(run, images));
    },
    stateDict: () => ({ ...writer?.newest, gradients: isPending ? gradientsOf(model!) : undefined }) as never,
    loadStateDict(state) {
      const { step, values, gradients } = state as unknown as StepEvents & { readonly gradients?: StateDict };
      // an epoch that ended early has left a record of this step, which a run that was never left lacks
      writer?.restart(step);
      writer?.write(step, values);
      isPending = gradients !== undefined;
      if (gradients)
        for (const [path, parameter] of namedParameters(model!)) parameter.grad ??= gradients[path] ?? null;
    },
  };
}

function gradientsOf(model: object): StateDict {
  const entries = namedParameters(model).map(([path, { grad }]) => [path, grad] as const);
  return Object.fromEntries(entries.filter((entry): entry is [string, Tensor] => entry[1] !== null));
}

function numbers(flat: Flat): SummaryValue[] {
  return Object.entries(flat).filter((entry): entry is [string, number] => typeof entry[1] === 'number');
}

async function distributions(model: object): Promise<SummaryValue[]> {
  const tensors = namedParameters(model).flatMap(([path, parameter]) => [
    [`parameters/${path}`, parameter] as const,
    [`gradients/${path}`, parameter.grad] as const,
  ]);
  const made = tensors.map(async ([tag, tensor]) => [tag, tensor && histogram(await tensor.data())] as const);
  return (await Promise.all(made)).filter((entry): entry is SummaryValue & typeof entry => entry[1] !== null);
}
