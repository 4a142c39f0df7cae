import { testFamily } from './run';

testFamily('elementwise');
