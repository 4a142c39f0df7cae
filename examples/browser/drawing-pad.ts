import type { Ink } from './mnist-image';

/** A canvas that is drawn on with mouse, pen or finger; `onStroke` is called while something is drawn. */
export class DrawingPad {
  readonly #context: CanvasRenderingContext2D;

  constructor(
    private readonly canvas: HTMLCanvasElement,
    onStroke: () => void,
  ) {
    this.#context = canvas.getContext('2d', { willReadFrequently: true })!;
    canvas.addEventListener('pointerdown', (event) => {
      canvas.setPointerCapture(event.pointerId);
      this.#begin(event);
      onStroke();
    });
    canvas.addEventListener('pointermove', (event) => {
      if (!canvas.hasPointerCapture(event.pointerId)) return;
      this.#draw(event);
      onStroke();
    });
  }

  clear(): void {
    this.#context.clearRect(0, 0, this.canvas.width, this.canvas.height);
  }

  get ink(): Ink {
    const { width, height } = this.canvas;
    const { data } = this.#context.getImageData(0, 0, width, height);
    return { width, height, values: Float32Array.from({ length: width * height }, (_, i) => data[4 * i + 3] / 255) };
  }

  /** Where the pointer is, in pixels of the canvas, which may be shown at another size. */
  #place({ offsetX, offsetY }: PointerEvent): [x: number, y: number] {
    const scale = this.canvas.width / this.canvas.clientWidth;
    return [offsetX * scale, offsetY * scale];
  }
  #begin(event: PointerEvent): void {
    this.#context.beginPath();
    this.#context.moveTo(...this.#place(event));
    this.#draw(event); // a dot
  }
  #draw(event: PointerEvent): void {
    const context = this.#context;
    Object.assign(context, { lineWidth: this.canvas.width / 13, lineCap: 'round', lineJoin: 'round', strokeStyle: 'white' }); // prettier-ignore
    context.lineTo(...this.#place(event));
    context.stroke();
  }
}
