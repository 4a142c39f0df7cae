import { testFamily } from './run';

testFamily('reductions');
