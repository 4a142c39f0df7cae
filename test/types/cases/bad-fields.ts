// What @param and @buffer say of a field that does not suit them, in the comment above each; a text ends where the
// dialects differ. In the legacy dialect a getter passes, and is refused when the class is made.
import { buffer, Module, module, param, type Buffer, type Parameter } from 'decograd';

class Other {
  readonly width = 3;
}

@module
export class Model extends Module {
  readonly size = 3;
  readonly text = 'three';

  // "@param of shape [3, 5] on a field of shape [3, 4]"
  @param([3, 5]) shape!: Parameter<[3, 4]>;
  // "@param of shape [3] on a field of shape [3, 4]"
  @param([3]) rank!: Parameter<[3, 4]>;
  // "@buffer of shape [3, 5] on a field of shape [3, 4]"
  @buffer([3, 5]) state!: Buffer<[3, 4]>;
  // "@param: 'missing' is no numeric field of this class"
  @param(['missing']) named!: Parameter;
  // "@param: 'text' is no numeric field of this class"
  @param(['text']) kind!: Parameter;
  // "@param: its shape function takes an instance of another class"
  @param((self: Other) => [self.width]) other!: Parameter;
  // "@buffer on a field that is no Buffer"
  @buffer([3]) mixed!: Parameter<[3]>;
  // "@param on a static field: declare an instance field, w!: Parameter"
  @param([3]) static shared: Parameter;
  // "@param on a
  @param([3]) method() {
    return this.size;
  }
}
