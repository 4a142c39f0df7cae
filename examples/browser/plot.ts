/** A line that grows, on a canvas as wide as its place. */
export class Plot {
  #points: (readonly [x: number, y: number])[] = [];
  #waits = false;

  /** `top`: the highest value, or undefined to fit what there is; `end`: the last step. */
  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly top?: number,
    private end = 1,
  ) {
    new ResizeObserver(() => this.#drawSoon()).observe(canvas);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#drawSoon());
  }

  clear(): void {
    this.#points = [];
    this.#drawSoon();
  }
  add(x: number, y: number, end: number): void {
    this.#points.push([x, y]);
    this.end = end;
    this.#drawSoon();
  }

  #drawSoon(): void {
    if (this.#waits) return;
    this.#waits = true;
    requestAnimationFrame(() => {
      this.#waits = false;
      this.#draw();
    });
  }

  #draw(): void {
    const { canvas } = this;
    const [width, height, scale] = [canvas.clientWidth, canvas.clientHeight, devicePixelRatio];
    Object.assign(canvas, { width: width * scale, height: height * scale });
    const context = canvas.getContext('2d')!;
    context.scale(scale, scale);
    const { color, borderColor } = getComputedStyle(canvas);
    const top = this.top ?? Math.max(1, ...this.#points.map(([, y]) => Math.ceil(2 * y) / 2));
    this.#grid(context, borderColor, top);
    Object.assign(context, { strokeStyle: color, lineWidth: 2, lineJoin: 'round' });
    context.beginPath();
    for (const [x, y] of this.#points) context.lineTo((width * x) / this.end, 4 + (height - 8) * (1 - y / top));
    context.stroke();
  }

  /** Lines at round values, with numbers. */
  #grid(context: CanvasRenderingContext2D, style: string, top: number): void {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    Object.assign(context, { strokeStyle: style, fillStyle: getComputedStyle(document.body).color, font: '11px system-ui' }); // prettier-ignore
    for (const share of [0.2, 0.4, 0.6, 0.8, 1]) {
      const y = 4 + (height - 8) * (1 - share);
      context.strokeRect(0, y, width, 0);
      context.fillText((share * top).toFixed(1), 2, y + 12);
    }
  }
}
