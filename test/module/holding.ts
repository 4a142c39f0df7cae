import { module, Module } from 'decograd';

/** A module `Holder` with the given fields. */
export const holding = (fields: object): Module => {
  @module
  class Holder extends Module {
    constructor() {
      super();
      Object.assign(this, fields);
    }
  }
  return new Holder();
};
