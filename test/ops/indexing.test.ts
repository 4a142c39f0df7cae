import { testFamily } from './run';

testFamily('indexing');
