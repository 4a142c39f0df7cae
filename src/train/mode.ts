import { restoreModes, setTraining, trainingModes } from '../module';

/** Runs `fn` with the model in training or eval mode, then puts every part back into the mode it was in. */
export async function inMode<T>(model: object, training: boolean, fn: () => Promise<T>): Promise<T> {
  const before = trainingModes(model);
  setTraining(model, training);
  try {
    return await fn();
  } finally {
    restoreModes(before);
  }
}
