import { describe, expect, it } from 'vitest';
import { Dropout, GradientError, Linear, Module, module, mseLoss, nanGuard, randn, Sequential, SGD, tensor, Trainer, ValueError, type Callback, type Tensor } from 'decograd'; // prettier-ignore
import { problem, timeless, weights } from '../problem';

const quiet = { progress: false } as const;

/** The logarithm, which is not finite for what a ReLU leaves out. */
@module
class Log extends Module {
  forward(x: Tensor): Tensor {
    return x.log();
  }
}

async function failure(model: Module & { forward(x: Tensor): Tensor }, x: Tensor, loss = mseLoss as never) {
  const optimizer = new SGD(model, { lr: 0.1 });
  const trainer = new Trainer(model, { optimizer, loss, callbacks: [nanGuard()] });
  return trainer.fit([[x, randn([4, 2])] as [Tensor, Tensor]], { epochs: 1, ...quiet }).catch((error: unknown) => error as Error) as Promise<Error>; // prettier-ignore
}

describe('nanGuard', () => {
  it('names the first module whose output is not finite', async () => {
    const model = new Sequential(new Linear(3, 2), new Sequential(new Dropout(0.5), new Log()), new Linear(2, 2));
    const before = await weights(model);
    const error = await failure(model as never, randn([4, 3]));
    expect(error).toBeInstanceOf(GradientError);
    expect(error.message).toMatch(
      /^Trainer.fit: step 1 .*the first module whose output is not finite is 1\.1 \(\w+\)$/s,
    );
    expect(await weights(model)).toEqual(before);
    expect(model.training).toBe(true);
  });

  it('tells an input that is not finite, and a loss', async () => {
    const model = new Sequential(new Linear(3, 2));
    const input = tensor(Array.from({ length: 12 }, (_, i) => (i === 5 ? NaN : i))).reshape([4, 3]);
    expect((await failure(model as never, input)).message).toMatch(/; the model's input is not finite$/);
    const loss = ((output: Tensor) => output.sum().mul(0).log()) as never;
    expect((await failure(model as never, randn([4, 3]), loss)).message).toMatch(/; the outputs of all modules are finite: look at the loss and its gradient$/); // prettier-ignore
  });

  it.each([[1, 5], [4, 8]])('ends the run where a parameter is not finite, looking every %i steps: after %i', async (every, last) => {
    const made = problem();
    const breaking = { onStepEnd: ({ step }: { step: number }) => void (step === 5 && made.model.output.weight.assign(Infinity)) }; // prettier-ignore
    let step = 0;
    const steps = { onStepEnd: (run: { step: number }) => void (step = run.step) };
    const trainStep = () => ({ loss: 1 }); // which looks at nothing
    const trainer = new Trainer(made.model, { ...made.trainer.options, metrics: {}, trainStep, callbacks: [breaking, nanGuard({ every }), steps] }); // prettier-ignore
    const { stopped } = await trainer.fit(made.loader, { epochs: 9, ...quiet });
    expect(stopped).toBe(`nanGuard: output.weight is not finite after step ${last}; try a smaller learning rate, or clipNorm`); // prettier-ignore
    expect(step).toBe(last);
  }); // prettier-ignore

  it('changes nothing of a sound run', async () => {
    const fitted = async (callbacks: Callback[]) => {
      const { trainer, loader, model } = problem({ callbacks });
      return [timeless(await trainer.fit(loader, { epochs: 2, ...quiet })), await weights(model)];
    };
    expect(await fitted([nanGuard()])).toEqual(await fitted([]));
  });

  it('refuses options that cannot be', () => {
    expect(() => nanGuard({ every: 0 })).toThrow(new ValueError('nanGuard: every must be a whole number of at least 1, not 0')); // prettier-ignore
    expect(() => nanGuard({ evry: 1 } as never)).toThrow("nanGuard: there is no option 'evry'; did you mean 'every'?");
  });
});
