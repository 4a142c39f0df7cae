import { describe, expect, it } from 'vitest';
import * as d from 'decograd';
import { DTypeError, IndexError, ShapeError, tensor, ValueError, zeros, type Tensor } from 'decograd';
import { classNameOf, classOf, functionOf, lossNames } from './cases';

type Row = readonly [what: string, attempt: () => unknown, type: new (message: string) => Error, says: string];
const any = (value: unknown) => value as never;
const labels = (...values: number[]) => tensor(new Int32Array(values));
const labelRows = (...rows: number[][]) => tensor(rows, { dtype: 'int32' });
const [x, y]: Tensor[] = [zeros([2, 3]), zeros([3, 2])];
const half: Tensor = d.full([2, 3], 0.5);
const spoken: Tensor = d.randn([4, 2, 3]).logSoftmax(2);
const two = labelRows([1, 2], [1, 0]);

/** Enough of the right kind to come to the options. */
const sound: Readonly<Record<string, readonly unknown[]>> = {
  crossEntropyLoss: [x, labels(0, 1)],
  nllLoss: [x, labels(0, 1)],
  multiMarginLoss: [x, labels(0, 1)],
  multiLabelMarginLoss: [x, zeros([2, 3], { dtype: 'int32' })],
  bceLoss: [half, half],
  cosineEmbeddingLoss: [x, x, labels(1, -1)],
  hingeEmbeddingLoss: [x, d.ones([2, 3])],
  marginRankingLoss: [x, x, x],
  tripletMarginLoss: [x, x, x],
  tripletMarginWithDistanceLoss: [x, x, x],
  gaussianNLLLoss: [x, x, half],
  ctcLoss: [spoken, two, [4, 4], [2, 1]],
};
const inputsOf = (loss: string) => sound[loss] ?? [x, x];

describe.each(lossNames)('%s refuses', (loss) => {
  const name = classNameOf(loss)!;
  const both = (options: unknown): [string, () => unknown][] => [
    [loss, () => functionOf(loss)(...inputsOf(loss), options)],
    [name, () => new (classOf(loss))(options as object)],
  ];
  it.each([
    ['an option by position', 'sum', 'options are one object with any of', "; not 'sum'"],
    ["PyTorch's old options", { sizeAverage: true }, "there is no option 'sizeAverage'; known are"],
    ['an option misspelt', { reducton: 'sum' }, "there is no option 'reducton'; did you mean 'reduction'?"],
    ['a reduction of another library', { reduction: 'average' }, "reduction must be 'mean'", "'none', not average"],
  ])('%s', (_, options, ...says) => {
    for (const [who, attempt] of both(options)) {
      expect(attempt).toThrow(ValueError);
      expect(attempt).toThrow(`${who}: ${says[0]!}`);
      for (const text of says.slice(1)) expect(attempt).toThrow(text);
    }
  });

  it('integers for its output, and what is no tensor', () => {
    const [first, ...others] = inputsOf(loss) as [Tensor, ...unknown[]];
    const whole = () => functionOf(loss)(first.int(), ...others.map((i) => (i === first ? first.int() : i)));
    expect(whole).toThrow(DTypeError);
    expect(whole).toThrow(/must be float32, not int32; call \.float\(\) first/);
    expect(() => functionOf(loss)([[1, 2, 3]], ...others)).toThrow(/must be a tensor, such as tensor\(\[1, 2\]\), not/);
    const alone = loss === 'gaussianNLLLoss' ? [first, undefined, half] : [first];
    expect(() => functionOf(loss)(...alone)).toThrow(/must be a tensor, such as tensor\(\[1, 2\]\), not undefined/);
  });
});

const shapes: Row[] = [
  ...['l1Loss', 'mseLoss', 'smoothL1Loss', 'huberLoss', 'softMarginLoss', 'hingeEmbeddingLoss', 'klDivLoss', 'bceLoss', 'bceWithLogitsLoss', 'poissonNLLLoss', 'multiLabelSoftMarginLoss'].map(
    (loss): Row => [loss, () => functionOf(loss)(x, y), ShapeError, `${loss}: the output is [2, 3], the target [3, 2]; reshape one to the other's shape`],
  ),
  ['weights of another shape', () => d.l1Loss(x, x, { weight: zeros([3]) }), ShapeError, 'l1Loss: the output is [2, 3], the weight [3]'],
  ['weights that do not broadcast', () => d.bceLoss(half, half, { weight: zeros([2]) }), ShapeError, 'bceLoss: weight'],
  ['weights larger than the output', () => d.bceWithLogitsLoss(x, x, { weight: zeros([4, 2, 3]) }), ShapeError, 'bceWithLogitsLoss: weight [4, 2, 3] does not broadcast to the output [2, 3]'],
  ['a posWeight larger than the output', () => d.bceWithLogitsLoss(zeros([1, 3]), zeros([1, 3]), { posWeight: zeros([2, 3]) }), ShapeError, 'bceWithLogitsLoss: posWeight [2, 3] does not broadcast to the output [1, 3]'],
  ['a scalar without classes', () => d.nllLoss(tensor(1), labels(0)), ShapeError, 'nllLoss: the output must be [C] or [N, C, ...], not a scalar'],
  ['labels of another batch', () => d.nllLoss(x, labels(0) as Tensor), ShapeError, 'nllLoss: an output of [2, 3] needs labels of shape [2], got [1]'],
  ['a weight of another number of classes', () => d.nllLoss(x, labels(0, 1), { weight: zeros([2]) }), ShapeError, 'nllLoss: weight must have one factor per class, [3], not [2]'],
  ['more axes than multiMarginLoss takes', () => d.multiMarginLoss(zeros([2, 3, 4]), labels(0, 1) as Tensor), ShapeError, 'multiMarginLoss: the output must be [C] or [N, C], not [2, 3, 4]'],
  ['too few lists of labels', () => d.multiLabelMarginLoss(x, labelRows([0, 1], [1, -1])), ShapeError, 'multiLabelMarginLoss: an output of [2, 3] needs labels of shape [2, 3], got [2, 2]'],
  ['more axes than multiLabelMarginLoss takes', () => d.multiLabelMarginLoss(zeros([2, 3, 4]), labels(0)), ShapeError, 'must be [C] or [N, C], not [2, 3, 4]'],
  ['a scalar of classes', () => d.multiLabelSoftMarginLoss(tensor(1), tensor(1)), ShapeError, 'multiLabelSoftMarginLoss: the output must be [..., C], not a scalar'],
  ['a scalar for a vector', () => d.tripletMarginLoss(tensor(1), tensor(1), tensor(1)), ShapeError, 'tripletMarginLoss: the anchor must be [..., D], not a scalar'],
  ['vectors of two sizes', () => d.cosineEmbeddingLoss(x, zeros([2, 4]), labels(1, 1)), ShapeError, 'cosineEmbeddingLoss: the first is [2, 3], the second [2, 4]'],
  ['a target for each element', () => d.cosineEmbeddingLoss(x, x, x), ShapeError, 'vectors [N, D] need a target [N], and [D] a target []; got [2, 3] and [2, 3]'],
  ['one target for a batch', () => d.cosineEmbeddingLoss(x, x, tensor(1)), ShapeError, 'got [2, 3] and []'],
  ['a ranking of two shapes', () => d.marginRankingLoss(x, x, tensor(1)), ShapeError, 'marginRankingLoss: the first is [2, 3], the target []'],
  ['a negative of another shape', () => d.tripletMarginLoss(x, x, y), ShapeError, 'tripletMarginLoss: the anchor is [2, 3], the negative [3, 2]'],
  ['a variance that does not fit', () => d.gaussianNLLLoss(x, x, zeros([3])), ShapeError, 'gaussianNLLLoss: a variance of [3] does not fit the output [2, 3]'],
  ['a variance with two axes of size 1', () => d.gaussianNLLLoss(x, x, zeros([1, 1])), ShapeError, 'a variance of [1, 1] does not fit'],
  ['means and targets that do not broadcast', () => d.gaussianNLLLoss(x, y, 1), ShapeError, 'gaussianNLLLoss: output and target'],
  ['log-probabilities without classes', () => d.ctcLoss(zeros([4]), labels(1), 4, 1), ShapeError, 'ctcLoss: logProbabilities must be [T, N, C] or [T, C], not [4]'],
  ['a list of too few lengths', () => d.ctcLoss(spoken, two, [4], [2, 1]), ShapeError, 'ctcLoss: inputLengths must be one for each of 2 sequences, not 1'],
  ['targets shorter than their lengths', () => d.ctcLoss(spoken, two, [4, 4], [2, 3]), ShapeError, 'targets of 2 sequences, 3 the longest and 5 in all, must be [2, 3 or more] or [5], not [2, 2]'],
  ['joined targets of another length', () => d.ctcLoss(spoken, labels(1, 2), [4, 4], [2, 1]), ShapeError, 'must be [2, 2 or more] or [3], not [2]'],
]; // prettier-ignore

const values: Row[] = [
  ['probabilities above 1', () => d.bceLoss(tensor([1.5]), tensor([1])), ValueError, 'bceLoss: the output holds 1.5; allowed are numbers from 0 to 1'],
  ['probabilities that are NaN', () => d.bceLoss(tensor([NaN]), tensor([1])), ValueError, 'bceLoss: the output holds NaN'],
  ['targets below 0', () => d.bceLoss(tensor([0.5]), tensor([-1])), ValueError, 'bceLoss: the target holds -1'],
  ['integer targets of bceLoss', () => d.bceLoss(tensor([0.5]), labels(1)), DTypeError, 'bceLoss: target must be float32, not int32'],
  ['integer targets of bceWithLogitsLoss', () => d.bceWithLogitsLoss(tensor([0.5]), labels(1)), DTypeError, 'bceWithLogitsLoss: target must be float32'],
  ['boolean targets', () => d.bceWithLogitsLoss(tensor([0.5]), tensor([true])), DTypeError, 'target must be float32, not bool'],
  ['integer distributions', () => d.klDivLoss(tensor([0.5]), labels(1)), DTypeError, 'klDivLoss: target must be float32'],
  ['labels out of range', () => d.nllLoss(x, labels(0, 3)), IndexError, 'nllLoss: label 3 is no class; allowed are 0 to 2, and -100 to ignore one'],
  ['float labels', () => d.nllLoss(x, tensor([0, 1])), DTypeError, 'nllLoss: the target must be int32 labels, not float32; call .int() first'],
  ['a label that multiMarginLoss would ignore', () => d.multiMarginLoss(x, labels(0, -100)), IndexError, 'multiMarginLoss: label -100 is no class; allowed are 0 to 2'],
  ['a label below -1', () => d.multiLabelMarginLoss(x, labelRows([0, -2, 0], [0, 0, 0])), IndexError, 'multiLabelMarginLoss: label -2 is no class; allowed are 0 to 2, and -1 to end the list'],
  ['targets 0 and 1 for signs', () => d.hingeEmbeddingLoss(tensor([1, 2]), tensor([0, 1])), ValueError, 'hingeEmbeddingLoss: the target holds 0; allowed are 1 and -1'],
  ['the same for cosines', () => d.cosineEmbeddingLoss(x, x, labels(1, 0)), ValueError, 'cosineEmbeddingLoss: the target holds 0; allowed are 1 and -1'],
  ['a negative variance', () => d.gaussianNLLLoss(x, x, -1), ValueError, 'gaussianNLLLoss: the variance must be a number of at least 0, not -1'],
  ['a negative variance in a tensor', () => d.gaussianNLLLoss(x, x, tensor([[0, 1, -1], [1, 1, 1]])), ValueError, 'gaussianNLLLoss: the variance holds -1; allowed are numbers of at least 0'],
  ['float lengths', () => d.ctcLoss(spoken, two, tensor([4, 4]), [2, 1]), DTypeError, 'ctcLoss: inputLengths must be int32, not float32'],
  ['inputs longer than they are', () => d.ctcLoss(spoken, two, [5, 4], [2, 1]), ValueError, 'ctcLoss: inputLengths must be whole numbers from 0 to 4, not 5'],
  ['a negative length', () => d.ctcLoss(spoken, two, [4, 4], labels(2, -1)), ValueError, 'ctcLoss: targetLengths must be whole numbers of at least 0, not -1'],
  ['half a length', () => d.ctcLoss(spoken, two, [4, 3.5], [2, 1]), ValueError, 'not 3.5'],
  ['float labels to spell', () => d.ctcLoss(spoken, two.float(), [4, 4], [2, 1]), DTypeError, 'ctcLoss: targets must be int32 labels, not float32'],
  ['a class that there is not', () => d.ctcLoss(spoken, labelRows([1, 3], [1, 0]), [4, 4], [2, 1]), IndexError, 'ctcLoss: label 3 of target 0 is no label; allowed are 0 to 2 without the blank, 0'],
  ['the blank as a label', () => d.ctcLoss(spoken, labelRows([1, 2], [1, 0]), [4, 4], [2, 2]), IndexError, 'label 0 of target 1'],
]; // prettier-ignore

const options: Row[] = [
  ['beta', () => new d.SmoothL1Loss({ beta: -1 }), ValueError, 'SmoothL1Loss: beta must be a number of at least 0, not -1'],
  ['delta', () => d.huberLoss(x, x, { delta: 0 }), ValueError, 'huberLoss: delta must be a number above 0, not 0'],
  ['p of multiMarginLoss', () => new d.MultiMarginLoss({ p: 3 as 2 }), ValueError, 'MultiMarginLoss: p must be 1 or 2, not 3'],
  ['margin', () => d.tripletMarginLoss(x, x, x, { margin: 0 }), ValueError, 'tripletMarginLoss: margin must be a number above 0, not 0'],
  ['a margin that is text', () => new d.MarginRankingLoss({ margin: any('1') }), ValueError, 'MarginRankingLoss: margin must be a finite number, not "1"'],
  ['p', () => new d.TripletMarginLoss({ p: 0 }), ValueError, 'TripletMarginLoss: p must be a number above 0, not 0'],
  ['swap', () => new d.TripletMarginWithDistanceLoss({ swap: any(1) }), ValueError, 'TripletMarginWithDistanceLoss: swap must be true or false, not 1'],
  ['distanceFunction', () => new d.TripletMarginWithDistanceLoss({ distanceFunction: any('l2') }), ValueError, 'distanceFunction must be a function of two tensors, not "l2"'],
  ['what distanceFunction returns', () => d.tripletMarginWithDistanceLoss(x, x, x, { distanceFunction: any(() => 1) }), ValueError, 'distanceFunction returned 1; return a tensor'],
  ['eps', () => new d.GaussianNLLLoss({ eps: 0 }), ValueError, 'GaussianNLLLoss: eps must be a number above 0, not 0'],
  ['full', () => new d.PoissonNLLLoss({ full: any('yes') }), ValueError, 'PoissonNLLLoss: full must be true or false, not "yes"'],
  ['logTarget', () => new d.KLDivLoss({ logTarget: any(1) }), ValueError, 'KLDivLoss: logTarget must be true or false'],
  ['a reduction of KLDivLoss for others', () => d.l1Loss(x, x, { reduction: 'batchmean' as 'mean' }), ValueError, "l1Loss: reduction must be 'mean', 'sum' or 'none', not batchmean"],
  ['another reduction for KLDivLoss', () => d.klDivLoss(x, x, { reduction: 'batch' as 'mean' }), ValueError, "klDivLoss: reduction must be 'mean', 'batchmean', 'sum' or 'none', not batch"],
  ['ignoreIndex', () => new d.NLLLoss({ ignoreIndex: any('pad') }), ValueError, 'NLLLoss: ignoreIndex must be a finite number, not "pad"'],
  ['blank', () => d.ctcLoss(spoken, two, [4, 4], [2, 1], { blank: 3 }), ValueError, 'ctcLoss: blank must be a class, 0 to 2, not 3'],
  ['a negative blank', () => new d.CTCLoss({ blank: -1 }), ValueError, 'CTCLoss: blank must be a whole number of at least 0, not -1'],
  ['zeroInfinity', () => new d.CTCLoss({ zeroInfinity: any(1) }), ValueError, 'CTCLoss: zeroInfinity must be true or false'],
  ['a weight that is a list', () => new d.BCELoss({ weight: any([1, 2]) }), DTypeError, 'BCELoss: the weight must be a tensor'],
]; // prettier-ignore

describe.each(Object.entries({ shapes, values, options }))('refuses %s', (_, rows) => {
  it.each(rows.map(([what, ...row]) => ({ what, row })))('$what', ({ row: [attempt, type, says] }) => {
    expect(attempt).toThrow(type);
    expect(attempt).toThrow(says);
  });
});
