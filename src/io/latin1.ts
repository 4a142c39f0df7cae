/** One character for each byte, of the same number. `TextDecoder` means windows-1252 by that name, in Node from version 22 on and in browsers. */
export function latin1(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
