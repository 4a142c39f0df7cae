import { crc32c } from './crc32';
import { joined } from './write-file';

/**
 * One record of a TFRecord file: its length as 8 bytes, their checksum, the bytes, their checksum.
 *
 * Source: https://www.tensorflow.org/tutorials/load_data/tfrecord#tfrecords_format_details
 */
export function tfRecord(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const length = new Uint8Array(8);
  new DataView(length.buffer).setUint32(0, bytes.length, true);
  return joined([length, masked(length), bytes, masked(bytes)]);
}

/** The checksum turned and moved, so that a checksum of bytes that hold checksums is none by chance. */
function masked(bytes: Uint8Array): Uint8Array {
  const crc = crc32c(bytes);
  const mask = new Uint8Array(4);
  new DataView(mask.buffer).setUint32(0, ((crc >>> 15) | (crc << 17)) + 0xa282ead8, true);
  return mask;
}
