// Optimizers and schedulers: every mistake is announced in the line above it, and no other error comes.
import { Adam, ConstantLR, CyclicLR, LBFGS, Parameter, SGD, StepLR, zeros } from 'decograd';

const optimizer = new SGD([new Parameter(zeros([1]))]);

// Expected 2 arguments, but got 1.
new StepLR(optimizer);
// Argument of type '{}' is not assignable to parameter of type 'StepLROptions & Partial<SchedulerOptions>'.
new StepLR(optimizer, {});
// Object literal may only specify known properties, but 'gama' does not exist in type 'StepLROptions & Partial<SchedulerOptions>'. Did you mean to write 'gamma'?
new StepLR(optimizer, { stepSize: 1, gama: 2 });
// Argument of type '{ baseLr: number; }' is not assignable to parameter of type 'CyclicLROptions & Partial<SchedulerOptions>'.
new CyclicLR(optimizer, { baseLr: 1 });
// Type '"wolfe"' is not assignable to type '"strong_wolfe"'.
new LBFGS([new Parameter(zeros([1]))], { lineSearchFn: 'wolfe' });
// Type 'number' is not assignable to type 'readonly [number, number]'.
new Adam([new Parameter(zeros([1]))], { betas: 0.9 });

// Where all options have defaults they may be left out.
new ConstantLR(optimizer);
new ConstantLR(optimizer, { lastEpoch: 2 });
