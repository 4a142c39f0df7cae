import { ShapeError } from '../core/errors';
import { showShape } from '../core/shape';
import { module, Module } from '../module';
import { countOf } from '../module/option-checks';
import type { Tensor } from '../tensor';

/**
 * Channels become pixels: [..., C * r^2, H, W] to [..., C, H * r, W * r], where r is the upscaleFactor.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.PixelShuffle.html, https://arxiv.org/abs/1609.05158
 * @throws ValueError for a factor that is no whole number of at least 1
 * @throws ShapeError for inputs of fewer than three axes or with channels that r^2 does not divide
 * @example new PixelShuffle(2).forward(zeros([1, 8, 3, 3])).shape; // [1, 2, 6, 6]
 */
@module
export class PixelShuffle extends Module {
  constructor(readonly upscaleFactor: number) {
    super();
    countOf('PixelShuffle', 'upscaleFactor', upscaleFactor);
  }
  forward(x: Tensor): Tensor {
    const { upscaleFactor: r } = this;
    const [channels, height, width] = x.shape.slice(-3);
    if (x.shape.length < 3 || channels % r ** 2 !== 0)
      throw new ShapeError(`PixelShuffle: takes [..., ${r ** 2} C, H, W], not ${showShape(x.shape)}`);
    const [batch, left] = [x.shape.slice(0, -3), channels / r ** 2];
    const n = batch.length;
    const apart: Tensor = x.reshape([...batch, left, r, r, height, width]);
    const woven: Tensor = apart.permute([...batch.keys(), n, n + 3, n + 1, n + 4, n + 2]);
    return woven.reshape([...batch, left, height * r, width * r]);
  }
}
