import { isTraining, modules, setTraining } from '../module';

/** Runs `fn` with the model in training or eval mode, then puts every part back into the mode it was in. */
export async function inMode<T>(model: object, training: boolean, fn: () => Promise<T>): Promise<T> {
  const before = modules(model).map((part) => [part, isTraining(part)] as const);
  setTraining(model, training);
  try {
    return await fn();
  } finally {
    // parents first, so that what a parent passes on is corrected by its parts; most parts are right after the root
    for (const [part, mode] of before) if (isTraining(part) !== mode) setTraining(part, mode);
  }
}
