/** Work in the order in which it was given: at once where nothing is under way, else when that is done. */
export class Queue {
  #last: Promise<void> | null = null;

  /** The work deals with its own errors, except that what it throws at once, when it runs at once, is thrown here. */
  add(work: () => void | Promise<void>): void {
    const under = this.#last ? this.#last.then(work) : work();
    if (!under) return;
    const last = under.then(() => {
      if (this.#last === last) this.#last = null;
    });
    this.#last = last;
  }

  /** When everything given so far is done. */
  done(): Promise<void> {
    return this.#last ?? Promise.resolve();
  }
}
