/** A cyclic redundancy check over bytes, continued from that of the bytes before; the polynomial has its lowest power first. */
function checksum(polynomial: number): (bytes: Uint8Array, before?: number) => number {
  const table = Uint32Array.from({ length: 256 }, (_, byte) => {
    let rest = byte;
    for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ polynomial : rest >>> 1;
    return rest;
  });
  return (bytes, before = 0) => {
    let crc = ~before;
    for (let i = 0; i < bytes.length; i++) crc = table[(crc ^ bytes[i]) & 0xff] ^ (crc >>> 8);
    return ~crc >>> 0;
  };
}

/** The CRC-32 that zip archives keep. Source: ISO 3309 */
export const crc32 = checksum(0xedb88320);
/** The CRC-32C of Castagnoli, which TFRecord files keep. Source: RFC 3720, appendix B.4 */
export const crc32c = checksum(0x82f63b78);
