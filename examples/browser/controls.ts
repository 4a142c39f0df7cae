import { byId } from './element';
import type { State } from './messages';

const labels: Record<State, string> = { loading: 'Start', ready: 'Start', training: 'Pause', paused: 'Resume', done: 'Train on' }; // prettier-ignore
const texts: Record<State, string> = { loading: 'loading digits and device', ready: 'ready', training: 'training', paused: 'paused', done: 'trained' }; // prettier-ignore

/** The buttons that start, hold and undo training, and the line that says how it stands. */
export class Controls {
  readonly #train = byId('train', HTMLButtonElement);
  readonly #reset = byId('reset', HTMLButtonElement);
  readonly #status = byId('status', HTMLElement);
  #state: State = 'loading';

  constructor(tell: (message: { type: 'train' | 'pause' }) => void, reset: () => void) {
    this.#train.addEventListener('click', () => tell({ type: this.#state === 'training' ? 'pause' : 'train' }));
    this.#reset.addEventListener('click', reset);
  }

  show(state: State, device: string): void {
    this.#state = state;
    this.#train.disabled = this.#reset.disabled = state === 'loading';
    this.#train.textContent = labels[state];
    this.#status.textContent = device ? `${texts[state]}, on ${device}` : texts[state];
  }

  /** What went wrong. */
  complain(message: string): void {
    this.#status.textContent = message;
  }
}
