import { programs } from './programs';

Object.assign(globalThis, { programs });
