import { device, grad } from '../../../src';
import { share } from '../../ops/compare';
import { leaf, tensorsOf, title, type Sample } from '../../ops/fixtures';
import { isSmall, slope, smooth } from '../../ops/slope';

/** Cases of each operation: more would be other shapes of the same kernels. */
const most = 2;

/** Gradients of gradients on the device that are not those in double precision, of some cases of every operation. */
export async function secondOrder(name: string) {
  const samples = chosen();
  const [wanted, found] = [await computed('reference64', samples), await computed(name, samples)];
  const wrong = samples.flatMap((sample, i) => {
    const worst =
      found[i] instanceof Error
        ? String(found[i])
        : Math.max(0, ...found[i].map((x, k) => share('gradient', x, wanted[i][k])));
    return typeof worst === 'number' && worst <= 1
      ? []
      : [{ title: title(sample), worst, found: found[i], wanted: wanted[i] }];
  });
  return { operations: [...new Set(samples.map(({ op }) => op))], cases: samples.length, wrong };
}

function chosen(): Sample[] {
  const counts = new Map<string, number>();
  return smooth.filter(isSmall).filter(({ op }) => {
    counts.set(op, (counts.get(op) ?? 0) + 1);
    return counts.get(op)! <= most;
  });
}

async function computed(where: string, samples: readonly Sample[]) {
  await device(where);
  const results = [];
  for (const sample of samples) results.push(await ofSecondOrder(sample).catch((error: Error) => error));
  return results as number[][];
}

async function ofSecondOrder(sample: Sample): Promise<number[]> {
  const leaves = tensorsOf(sample).map(leaf);
  const floats = leaves.filter((x) => x.dtype === 'float32');
  const gradients = grad(slope(sample)(...leaves), floats);
  const values: number[] = [];
  for (const gradient of gradients) values.push(...(await gradient.data()));
  return values;
}
