import { byId, element } from './element';
import type { Reading } from './messages';

const digits = Array.from({ length: 10 }, (_, digit) => digit);

/** What the network sees, what it reads, and how sure it is of each digit. */
export class ReadingView {
  readonly #seen = byId('seen', HTMLCanvasElement).getContext('2d')!;
  readonly #answer = byId('answer', HTMLOutputElement);
  readonly #bars = digits.map((digit) => element('meter', { max: 1, value: 0, ariaLabel: `probability of ${digit}` }));
  readonly #percents = digits.map(() => element('span', {}, '–'));

  constructor() {
    const row = (digit: number) => element('li', {}, `${digit}`, this.#bars[digit], this.#percents[digit]);
    byId('bars', HTMLUListElement).append(...digits.map(row));
  }

  show({ pixels, probabilities, label }: Reading): void {
    const shades = pixels.reduce<number[]>((all, ink) => [...all, 255, 255, 255, Math.round(255 * ink)], []);
    this.#seen.putImageData(new ImageData(Uint8ClampedArray.from(shades), 28, 28), 0, 0);
    probabilities.forEach((probability, digit) => {
      this.#bars[digit].value = probability;
      this.#percents[digit].textContent = `${(100 * probability).toFixed(1)} %`;
    });
    const best = probabilities.indexOf(Math.max(...probabilities));
    const truth = label === null ? '' : label === best ? ', which is right' : `, but it is a ${label}`;
    const answer = `reads a ${best}${truth}`;
    // it is read aloud when it changes
    if (this.#answer.textContent !== answer) this.#answer.textContent = answer;
  }

  clear(): void {
    this.#seen.clearRect(0, 0, 28, 28);
    this.#answer.textContent = 'nothing is drawn yet';
    for (const bar of this.#bars) bar.value = 0;
    for (const percent of this.#percents) percent.textContent = '–';
  }
}
