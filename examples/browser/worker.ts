// Learns and reads, beside the page, which stays free.
import { device, devices } from 'decograd';
import { loadDigits } from './load-digits';
import type { FromWorker, State, ToWorker } from './messages';
import { Session } from './session';

const tell = (message: FromWorker) => globalThis.postMessage(message);
const failed = (error: unknown) => tell({ type: 'error', message: String(error) });

const cpu = device('wasm').then(({ name }) => name);
const digits = cpu.then(async () => ({ train: await loadDigits('train'), test: await loadDigits('t10k') }));
let session: Session | undefined;

function tellState(state: State): void {
  tell({ type: 'state', state, device: session?.device ?? '' });
}

async function open(name: string): Promise<void> {
  session?.close();
  session = undefined;
  tellState('loading');
  const data = await digits;
  await device(name);
  session = new Session(data, name, (progress) => tell({ type: 'progress', ...progress }));
  tell({ type: 'model', ...session.inventory });
  tellState('ready');
}

/** The session whose training is under way, paused or not. */
let busy: Session | undefined;

async function train(): Promise<void> {
  const current = session!;
  current.resume();
  tellState('training');
  if (busy === current) return;
  busy = current;
  const isDone = await current.train();
  if (!isDone) return; // another one is there now
  busy = undefined;
  tellState('done');
}

function pause(): void {
  session!.pause();
  tellState('paused');
}

async function handle(message: ToWorker): Promise<void> {
  if (message.type === 'open') return open(message.device);
  if (message.type === 'train') return void train().catch(failed); // messages go on meanwhile
  if (message.type === 'pause') return pause();
  if (message.type === 'read') return tell({ type: 'reading', ...(await session!.read(message.pixels)) });
  if (message.type === 'readTestDigit') tell({ type: 'reading', ...(await session!.readTestDigit(message.index)) });
}

/** One message after the other, so that none meets a model that is being made. */
let last: Promise<void> = Promise.resolve();
addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
  last = last.then(() => handle(data)).catch(failed);
});

last = cpu
  .then(async () => tell({ type: 'devices', reports: await devices(), best: (await device('auto')).name }))
  .catch(failed);
