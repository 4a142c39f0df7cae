import { testFamily } from './run';

testFamily('matrices');
