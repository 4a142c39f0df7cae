import { StateError } from '../core/errors';
import type { Budget } from './budget';
import type { ByteSource } from './byte-source';
import { readDirectory, type ZipMember } from './zip-directory';
import { openMember } from './zip-member';

/** What `torch.save` wrote: a pickle, and beside it the bytes of the storages. */
export class TorchArchive {
  private readonly storages = new Map<string, Promise<ByteSource>>();

  private constructor(
    private readonly source: ByteSource,
    private readonly members: ReadonlyMap<string, ZipMember>,
    private readonly root: string,
    private readonly budget: Budget,
  ) {}

  /** @throws StateError, in words, for other files of PyTorch */
  static async open(source: ByteSource, budget: Budget): Promise<TorchArchive> {
    await checkFormat(budget.asker, await source.read(0, Math.min(4, source.size)));
    const members = await readDirectory(budget.asker, source);
    const [first = ''] = members.keys();
    const root = first.slice(0, first.indexOf('/') + 1);
    if (members.has(`${root}constants.pkl`))
      throw new StateError(
        `${budget.asker}: this is TorchScript, which is code; save the model's state_dict() with torch.save`,
      );
    if (members.has(`${root}data.pkl`)) return new TorchArchive(source, members, root, budget);
    throw new StateError(`${budget.asker}: this zip archive is none of torch.save: there is no data.pkl in it`);
  }

  /** The whole of one of the archive's files. */
  async whole(name: string): Promise<Uint8Array> {
    const file = await this.member(name);
    return file.read(0, file.size);
  }

  /** The order of bytes within elements; before PyTorch 2.1 it was always the little end first. */
  async littleEndian(): Promise<boolean> {
    if (!this.members.has(`${this.root}byteorder`)) return true;
    const order = new TextDecoder().decode(await this.whole('byteorder')).slice(0, 20);
    if (order === 'little' || order === 'big') return order === 'little';
    throw new StateError(`${this.budget.asker}: byteorder must be little or big, not ${JSON.stringify(order)}`);
  }

  /** The bytes of a storage, which are checked when they are first asked for. */
  storage(key: string): Promise<ByteSource> {
    const opened = this.storages.get(key) ?? this.member(`data/${key}`);
    this.storages.set(key, opened);
    return opened;
  }

  private async member(name: string): Promise<ByteSource> {
    const member = this.members.get(this.root + name);
    if (!member) throw new StateError(`${this.budget.asker}: the file lacks '${this.root}${name}'`);
    return openMember(this.source, member, this.budget, true); // PyTorch can be told to leave CRCs out
  }
}

async function checkFormat(asker: string, start: Uint8Array): Promise<void> {
  const [first, second] = start;
  if (first === 0x50 && second === 0x4b) return; // PK
  if (first === 0x80)
    throw new StateError(
      `${asker}: this is a pickle outside of a zip archive, as PyTorch wrote before 1.6; load it there and save it again`,
    );
  throw new StateError(`${asker}: this is no file of torch.save`);
}
