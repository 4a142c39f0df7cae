import { DecogradError } from '../core/errors';
import { reword } from '../core/reword';

/** Puts where it happened in front of an error's message. */
export async function located<T>(where: () => string, fn: () => Promise<T>): Promise<T> {
  try {
    return await fn();
  } catch (error) {
    if (error instanceof DecogradError) reword(error, `${where()}: ${error.message}`);
    throw error;
  }
}
