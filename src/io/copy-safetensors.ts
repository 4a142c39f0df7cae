import { withSource } from './byte-source';
import { pieceBytes } from './read-tensor';
import { readHeader } from './safetensors-file';
import { encodeHeader, type Metadata, type SafetensorsEntry } from './safetensors-header';
import { writeFile } from './write-file';

/**
 * Writes tensors of a safetensors file into another under other names, byte for byte: dtypes that tensors here do not have
 * stay what they are.
 * @param names the old name of each tensor that is to be there, by the new one, in the order of the new header
 * @throws what reading and writing the files throws
 */
export async function copySafetensors(
  asker: string,
  from: string,
  to: string,
  names: ReadonlyMap<string, string>,
  metadata: Metadata,
): Promise<void> {
  await withSource(asker, from, async (source) => {
    const { entries, start } = await readHeader(asker, source);
    const chosen = [...names].map(([name, old]) => [name, entries.get(old)!] as const);
    const places = closedUp(chosen);
    await writeFile(asker, to, async (sink) => {
      await sink(encodeHeader(new Map(chosen.map(([name]) => [name, places.get(name)!])), metadata));
      for (const [, { begin, end }] of inOrder(chosen))
        for (let at = begin; at < end; at += pieceBytes)
          await sink(await source.read(start + at, Math.min(pieceBytes, end - at)));
    });
  });
}

type Named = readonly (readonly [string, SafetensorsEntry])[];

/** As they lie in the old file, which puts wide dtypes first, as the format wants it. */
const inOrder = (chosen: Named): Named => [...chosen].sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end);

/** Their places without the gaps that others leave. */
function closedUp(chosen: Named): ReadonlyMap<string, SafetensorsEntry> {
  let end = 0;
  return new Map(
    inOrder(chosen).map(([name, entry]) => {
      const begin = end;
      end += entry.end - entry.begin;
      return [name, { ...entry, begin, end }];
    }),
  );
}
