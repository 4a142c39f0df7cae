import { testFamily } from './run';

testFamily('movement');
