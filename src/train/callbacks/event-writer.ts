import { eventEncoder, type EventEncoder, type SummaryValue } from './event-file';
import { textFile, writing, type TextFile } from './text-file';

const remedy = 'fit returns the numbers as an object';
let files = 0;

/** What was written of one step. */
export interface StepEvents {
  readonly step: number;
  readonly values: readonly SummaryValue[];
}

/** Writes one event file. It is whole after each call. */
export class EventWriter {
  /** What was written of the newest step. */
  newest: StepEvents = { step: 0, values: [] };

  private constructor(
    private readonly file: TextFile,
    private readonly encoder: EventEncoder,
  ) {}

  /** A new file in the folder, that TensorBoard reads after those that are there. */
  static async open(folder: string): Promise<EventWriter> {
    const seconds = writing('tensorBoard', folder, remedy, (fs) => {
      fs.mkdirSync(folder, { recursive: true });
      return Math.max(now(), ...fs.readdirSync(folder).map(secondsOf)).toFixed(0);
    });
    const path = `${folder}/events.out.tfevents.${seconds.padStart(10, '0')}.decograd.${process.pid}.${files++}`;
    const [file, encoder] = [textFile('tensorBoard', path, remedy), await eventEncoder()];
    file.append(encoder.version(Date.now() / 1000));
    return new EventWriter(file, encoder);
  }

  write(step: number, values: readonly SummaryValue[]): void {
    if (values.length === 0) return;
    this.file.append(this.encoder.summary(Date.now() / 1000, step, values));
    const earlier = this.newest.step === step ? this.newest.values : [];
    this.newest = { step, values: [...earlier, ...values] };
  }

  /** From here on, nothing that was written of the step or later ones counts, in no file of the folder. */
  restart(step: number): void {
    this.file.append(this.encoder.restart(Date.now() / 1000, step));
  }
}

const now = (): number => Math.floor(Date.now() / 1000);

/** TensorBoard reads files in the order of their names, so the time in a new one is later than in those before. */
function secondsOf(name: string): number {
  const seconds = /^events\.out\.tfevents\.(\d+)\./.exec(name)?.[1];
  return seconds === undefined ? 0 : Number(seconds) + 1;
}
