import { describe, expect, it } from 'vitest';
import { progress, progressLines } from 'decograd';
import { problem } from './problem';

/** What a terminal would show: the escape sequences that move and clear are followed, all others stay visible. */
class Screen {
  readonly isTTY: boolean = true;
  readonly columns = 80;
  readonly lines = [''];
  /** Every state that the last line was in. */
  readonly frames: string[] = [];
  private column = 0;

  write(text: string): boolean {
    const [plain, ...sequences] = text.split('\u001b');
    this.typeAll(plain!);
    for (const sequence of sequences) this.follow(sequence);
    return true;
  }
  /** A sequence without its escape character, and the text after it. */
  private follow(sequence: string): void {
    const [code] = /^(\[1G|\[0K|\[2K|7|8|)/.exec(sequence)!;
    if (code === '[1G') this.column = 0;
    if (code === '[0K') this.line = this.line.slice(0, this.column);
    if (code === '[2K') this.line = '';
    this.typeAll(sequence.slice(code.length));
  }
  private typeAll(text: string): void {
    for (const letter of text) this.type(letter);
  }
  private type(letter: string): void {
    if (letter === '\n') {
      this.lines.push('');
      this.column = 0;
      return;
    }
    this.line = this.line.slice(0, this.column).padEnd(this.column) + letter + this.line.slice(++this.column);
  }
  private get line(): string {
    return this.lines.at(-1)!;
  }
  private set line(text: string) {
    this.lines[this.lines.length - 1] = text;
    this.frames.push(text);
  }
}

const epochLine = (epoch: number, epochs: number, validation = '') =>
  new RegExp(`^epoch ${epoch}/${epochs} loss \\d\\.\\d{4} absoluteError \\d\\.\\d{4}${validation} \\d+\\.\\ds$`);

describe('on a terminal', () => {
  it('a bar moves, and is cleared for a line after each epoch', async () => {
    const screen = new Screen();
    const { trainer, loader } = problem({ callbacks: [progress(screen)] });
    await trainer.fit(loader, { epochs: 2, progress: false });
    expect(screen.lines.length).toBe(3);
    expect(screen.lines[0]).toMatch(epochLine(1, 2));
    expect(screen.lines[1]).toMatch(epochLine(2, 2));
    expect(screen.lines[2]).toBe('');
    for (const epoch of [1, 2]) {
      expect(screen.frames).toContainEqual(expect.stringMatching(`^epoch ${epoch}/2 ░{20} 0/3 `));
      expect(screen.frames).toContainEqual(expect.stringMatching(`^epoch ${epoch}/2 █{20} 3/3 loss \\d\\.\\d{4} absoluteError \\d\\.\\d{4} 0s left$`)); // prettier-ignore
    }
    expect(Math.max(...screen.frames.map((frame) => frame.length))).toBeLessThanOrEqual(screen.columns);
  });

  it('moves while an epoch goes on', async () => {
    const screen = new Screen();
    const slow = { onBatchEnd: () => new Promise<void>((resolve) => setTimeout(resolve, 250)) };
    const { trainer, loader } = problem({ callbacks: [progress(screen), slow] });
    await trainer.fit(loader, { epochs: 1, progress: false });
    expect(screen.frames).toContainEqual(expect.stringMatching(/^epoch 1\/1 █+░+ 1\/3 loss \d\.\d{4} /));
  });

  it('counts batches where the data does not tell how many there are', async () => {
    const screen = new Screen();
    const { trainer, loader } = problem({ callbacks: [progress(screen)] });
    await trainer.fit((function* () { yield* loader; })(), { epochs: 1, progress: false }); // prettier-ignore
    expect(screen.frames).toContainEqual(expect.stringMatching(/^epoch 1\/1 batch 3 loss \d\.\d{4} absoluteError/));
    expect(screen.lines[0]).toMatch(epochLine(1, 1));
  });

  it('leaves nothing of the bar where a run fails, and takes no signal beside the Trainer', async () => {
    const screen = new Screen();
    const handlers: number[] = [];
    const before = process.listenerCount('SIGINT');
    const count = { onBatchEnd: () => void handlers.push(process.listenerCount('SIGINT')) };
    const { trainer, loader } = problem({ callbacks: [progress(screen), count] });
    await expect(trainer.fit([...loader, 1 as never], { epochs: 1, progress: false })).rejects.toThrow('batch 4');
    expect(screen.lines).toEqual(['']);
    expect(screen.frames).toContainEqual(expect.stringMatching(/3\/4 loss/));
    expect(handlers).toEqual(Array(3).fill(before + 1));
    expect(process.listenerCount('SIGINT')).toBe(before);
  });
});

describe('elsewhere', () => {
  it('a line after each epoch, and nothing else', async () => {
    const texts: string[] = [];
    const { trainer, loader } = problem({ callbacks: [progress({ write: (text) => texts.push(text) })] });
    await trainer.fit(loader, { epochs: 2, validation: loader, progress: false });
    const validation = ' validation loss \\d\\.\\d{4} validation absoluteError \\d\\.\\d{4}';
    expect(texts.length).toBe(2);
    texts.forEach((text, i) =>
      expect(text).toMatch(new RegExp(epochLine(i + 1, 2, validation).source.replace('$', '\\n$'))),
    );
  });

  it('lines can be had on a terminal too', async () => {
    const screen = new Screen();
    const { trainer, loader } = problem({ callbacks: [progressLines(screen)] });
    await trainer.fit(loader, { epochs: 1, progress: false });
    expect(screen.lines).toEqual([expect.stringMatching(epochLine(1, 1)), '']);
  });

  it('fit writes to standard output by itself, unless told not to', async () => {
    const written: string[] = [];
    const { write } = process.stdout;
    process.stdout.write = ((text: string) => written.push(text)) as unknown as typeof write;
    try {
      const { trainer, loader } = problem();
      await trainer.fit(loader, { epochs: 1 });
      await trainer.fit(loader, { epochs: 1, progress: false });
    } finally {
      process.stdout.write = write;
    }
    expect(written.filter((text) => /^epoch 1\/1 loss/.test(text)).length).toBe(1);
  });
});
