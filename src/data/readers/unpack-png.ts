import type { DecodedPng } from 'fast-png';
import type { Pixels } from './pixels';

/** The pixels of a decoded PNG: one value each where several lie in a byte, colours for places of a palette, alpha for tRNS. */
export function unpacked(png: DecodedPng): Pixels {
  const { width, height, channels, depth, palette, transparency } = png;
  const data = depth < 8 ? spread(png) : png.data;
  if (palette) return { width, height, channels: 4, data: coloured(data, palette), most: 255 };
  const pixels = { width, height, channels, data, most: 2 ** depth - 1 };
  return transparency && channels % 2 === 1 ? withAlpha(pixels, transparency) : pixels;
}

/** Rows begin at whole bytes; the first pixel is in the highest bits. */
function spread({ width, height, depth, data }: DecodedPng): Uint8Array {
  const rowBytes = Math.ceil((width * depth) / 8);
  const perByte = 8 / depth;
  const values = new Uint8Array(width * height);
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) {
      const byte = data[row * rowBytes + Math.floor(column / perByte)];
      values[row * width + column] = (byte >> (8 - depth * ((column % perByte) + 1))) & (2 ** depth - 1);
    }
  return values;
}

function coloured(places: ArrayLike<number>, palette: readonly (readonly number[])[]): Uint8Array {
  const values = new Uint8Array(4 * places.length).fill(255);
  for (let i = 0; i < places.length; i++) {
    const colour = palette[places[i]] as readonly number[] | undefined;
    if (colour === undefined) throw new Error(`colour ${places[i]} is not in its palette of ${palette.length}`);
    values.set(colour, 4 * i);
  }
  return values;
}

/** One colour of the image is transparent. */
function withAlpha(pixels: Pixels, transparent: ArrayLike<number>): Pixels {
  const { channels, data, most } = pixels;
  const values = new Uint16Array((data.length / channels) * (channels + 1)).fill(most);
  for (let i = 0, to = 0; i < data.length; i += channels, to += channels + 1) {
    let isTransparent = true;
    for (let k = 0; k < channels; k++) {
      values[to + k] = data[i + k];
      isTransparent &&= data[i + k] === transparent[k];
    }
    if (isTransparent) values[to + channels] = 0;
  }
  return { ...pixels, channels: channels + 1, data: values };
}
