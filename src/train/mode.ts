import { isTraining, setTraining } from '../module';

/** Runs `fn` with the model in training or eval mode, then sets every part back to what it was. */
export async function inMode<T>(model: object, training: boolean, fn: () => Promise<T>): Promise<T> {
  const before = isTraining(model);
  setTraining(model, training);
  try {
    return await fn();
  } finally {
    setTraining(model, before);
  }
}
