import type * as protobuf from '@bufbuild/protobuf/wire';
import { tfRecord } from '../../io/tf-record';
import type { Histogram } from './histogram';
import type { PngImage } from './png-image';

type Wire = typeof protobuf;
type Writer = protobuf.BinaryWriter;

/** A value of a summary, by its tag. */
export type SummaryValue = readonly [tag: string, value: number | Histogram | PngImage];

/** Makes records of an event file. */
export interface EventEncoder {
  /** What the file begins with. */
  version(seconds: number): Uint8Array;
  /** Says that the run begins again: what there is of this step and later ones no longer counts. */
  restart(seconds: number, step: number): Uint8Array;
  summary(seconds: number, step: number, values: readonly SummaryValue[]): Uint8Array;
}

/** SessionLog.SessionStatus */
const start = 1;

/**
 * What encodes events of TensorBoard, each as one record. The library for protocol buffers is loaded when it is asked for.
 *
 * Source: https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/util/event.proto, and summary.proto,
 * histogram.proto of tensorflow/core/framework
 */
export async function eventEncoder(): Promise<EventEncoder> {
  const wire = await import('@bufbuild/protobuf/wire');
  const { BinaryWriter, WireType } = wire;
  const event = (seconds: number, write: (writer: Writer) => Writer) =>
    tfRecord(write(new BinaryWriter().tag(1, WireType.Bit64).double(seconds)).finish());
  return {
    version: (seconds) => event(seconds, (writer) => writer.tag(3, WireType.LengthDelimited).string('brain.Event:2')),
    restart: (seconds, step) =>
      event(seconds, (writer) => {
        writer.tag(2, WireType.Varint).int64(step).tag(7, WireType.LengthDelimited).fork();
        return writer.tag(1, WireType.Varint).int32(start).join();
      }),
    summary: (seconds, step, values) =>
      event(seconds, (writer) => {
        writer.tag(2, WireType.Varint).int64(step).tag(5, WireType.LengthDelimited).fork();
        for (const value of values) writeValue(writer, wire, value);
        return writer.join();
      }),
  };
}

/** Summary.Value */
function writeValue(writer: Writer, wire: Wire, [tag, value]: SummaryValue): void {
  const { LengthDelimited, Bit32 } = wire.WireType;
  writer.tag(1, LengthDelimited).fork().tag(1, LengthDelimited).string(tag);
  if (typeof value === 'number') writer.tag(2, Bit32).float(Math.fround(value));
  else if ('png' in value) writeImage(writer.tag(4, LengthDelimited).fork(), wire, value).join();
  else writeHistogram(writer.tag(5, LengthDelimited).fork(), wire, value).join();
  writer.join();
}

/** Summary.Image */
function writeImage(writer: Writer, { WireType, base64Decode }: Wire, image: PngImage): Writer {
  const { height, width, channels, png } = image;
  [height, width, channels].forEach((value, i) => writer.tag(i + 1, WireType.Varint).int32(value));
  return writer.tag(4, WireType.LengthDelimited).bytes(base64Decode(png));
}

/** HistogramProto */
function writeHistogram(writer: Writer, { WireType }: Wire, histogram: Histogram): Writer {
  const { min, max, count, sum, sumOfSquares, limits, counts } = histogram;
  [min, max, count, sum, sumOfSquares].forEach((value, i) => writer.tag(i + 1, WireType.Bit64).double(value));
  [limits, counts].forEach((list, i) => {
    writer.tag(i + 6, WireType.LengthDelimited).fork();
    for (const value of list) writer.double(value);
    writer.join();
  });
  return writer;
}
