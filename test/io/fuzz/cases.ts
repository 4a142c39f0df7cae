import { unzipSync, zipSync } from 'fflate';
import { decodeSafetensors, loadNpy, loadNpz, loadSafetensors, loadTorch } from 'decograd';
import { bytesOf, files } from '../described';
import { assembled, call, global, int, storage, text, torchFile, tuple, view, type Part } from '../pickles';
import { damageNames, damages } from './damage';
import type { Random } from '../../steps/fuzz/random';

type Load = (bytes: Uint8Array) => Promise<unknown>;

const loads = {
  safetensors: async (bytes: Uint8Array) =>
    bytes.length % 2 ? loadSafetensors(bytes) : decodeSafetensors(bytes).tensors,
  npy: loadNpy,
  npz: (bytes: Uint8Array) => loadNpz(bytes),
  torch: (bytes: Uint8Array) => loadTorch<unknown>(bytes),
} satisfies Record<string, Load>;

const whole = (['safetensors', 'npy', 'npz', 'torch'] as const).flatMap((format) =>
  files[format].map((file) => ({ format, bytes: bytesOf(file) })),
);
/** What is in archives, to be damaged and packed again, so that no CRC tells. */
const opened = whole
  .filter(({ format }) => format === 'npz' || format === 'torch')
  .map(({ format, bytes }) => ({ format, members: unzipSync(bytes) }));

export interface FuzzCase {
  readonly load: Load;
  readonly bytes: Uint8Array;
  /** Given: nothing but a refusal is right, or the value of these bytes. */
  readonly original?: { readonly bytes: Uint8Array; readonly onlyRefusal: boolean };
}

/** A file of a real library, damaged as it lies. */
function damagedFile(random: Random): FuzzCase {
  const { format, bytes } = random.pick(whole);
  const name = random.pick(damageNames);
  const known = name === 'cut' || name === 'tail' || (name === 'flip' && (format === 'npz' || format === 'torch'));
  const original = known ? { bytes, onlyRefusal: name !== 'flip' } : undefined;
  return { load: loads[format], bytes: damages[name](bytes, random), original };
}

/** An archive of which a file was damaged, with CRCs that fit. */
function damagedMember(random: Random): FuzzCase {
  const { format, members } = random.pick(opened);
  const name = random.pick([...Object.keys(members), ...Object.keys(members).filter((key) => /pkl|npy/.test(key))]);
  let content: Uint8Array = members[name]!;
  for (let n = 1 + random.below(3); n > 0; n--) content = damages[random.pick(damageNames)](content, random);
  return { load: loads[format], bytes: packed({ ...members, [name]: content }, random) };
}

const packed = (members: Record<string, Uint8Array>, random: Random) =>
  zipSync(members, { level: random.pick([0, 0, 6]) });

const leaf: readonly ((random: Random) => Part)[] = [
  () => 'N', () => [0x88], () => ')', () => ']', () => '}', () => [0x8f], () => '0', () => '1', () => '2',
  (r) => int(r.below(6) - 1), (r) => ['K', r.below(256)], (r) => text('abc'.slice(r.below(3))), (r) => ['q', r.below(4)],
  (r) => ['h', r.below(4)], () => [0x94], () => 'a', () => 'e', () => 's', () => 'u', () => 't', () => 'l', () => 'd', () => 'b',
  () => 'R', () => [0x81], () => [0x90], () => [0x91], () => [0x85], () => [0x86], () => [0x87], () => '(', () => 'Q', () => '.',
  (r) => storage(r.pick(['FloatStorage', 'LongStorage', 'ByteStorage', 'UntypedStorage']), r.pick(['0', '1'])),
  (r) => view([r.below(4), r.below(4)], [r.below(4), r.below(4)], r.below(3)),
  (r) => view([2 ** r.below(31)], [r.below(2)]),
  (r) => global(...r.pick([['collections', 'OrderedDict'], ['os', 'system'], ['torch', 'Size'], ['torch', 'float16'], ['__builtin__', 'set'], ['_codecs', 'encode'], ['torch._utils', '_rebuild_tensor_v3'], ['torch._utils', '_rebuild_parameter']] as [string, string][])),
  (r) => call(global('torch._utils', '_rebuild_parameter'), view([2], [1]), [0x88 + r.below(2)], ')'),
  (r) => tuple(int(r.below(3)), text('latin1')),
]; // prettier-ignore

/** A pickle that no program wrote: instructions in any order. */
function randomPickle(random: Random): FuzzCase {
  const parts = Array.from({ length: 1 + random.below(30) }, () => random.pick(leaf)(random));
  return { load: loads.torch, bytes: torchFile(parts) };
}

/** A pickle of a real file, with instructions put into it. */
function enrichedPickle(random: Random): FuzzCase {
  const { members } = random.pick(opened.filter(({ format }) => format === 'torch'));
  const name = Object.keys(members).find((key) => key.endsWith('data.pkl'))!;
  const pickle = members[name]!;
  const place = 2 + random.below(pickle.length - 2);
  const extra = assembled([random.pick(leaf)(random), random.pick(leaf)(random)]);
  const content = new Uint8Array(Buffer.concat([pickle.subarray(0, place), extra, pickle.subarray(place)]));
  return { load: loads.torch, bytes: packed({ ...members, [name]: content }, random) };
}

/** The case of a seed. */
export function fuzzCase(random: Random): FuzzCase {
  const make = random.pick([damagedFile, damagedFile, damagedFile, damagedMember, damagedMember, randomPickle, enrichedPickle]); // prettier-ignore
  return make(random);
}
